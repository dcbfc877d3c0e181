/** What a plan has to say, as data: who reads it in a log, a comment or a check run reads the same. Nothing in it is a secret. */
import type { Config } from './config.ts';
import { type FieldChange, pathOf } from './definition-diff.ts';
import { formatDuration } from './duration.ts';
import type { Fault } from './errors.ts';
import type { Json } from './json.ts';
import { shorten } from './lists.ts';
import type { RolloutOutlook } from './plan-report-rollout.ts';
import { isSecretSource } from './secret-source.ts';

export interface PlanReport {
  /** Names, as short as they are known. */
  readonly cluster: string;
  readonly service: string;
  /** `github-environment`, where it says more than the service's name: two accounts may have a service of one name. */
  readonly environment: string | undefined;
  readonly verdict: PlanVerdict;
  /** A sentence, without a full stop. */
  readonly reason: string;
  /** What stands against it. */
  readonly faults: readonly Fault[];
  /** What would stand against it now, and passes by itself. */
  readonly passing: readonly Fault[];
  /** What could not be looked at and why; undefined: everything was. */
  readonly unseen: string | undefined;
  /** Undefined: the task definition's own images stay, or nobody knows. */
  readonly image: ImageOutlook | undefined;
  readonly definition: DefinitionOutlook | undefined;
  /** Undefined: nothing would move, or nothing can be said. */
  readonly rollout: RolloutOutlook | undefined;
}

/**
 * could-work: a deployment would change something. Only as far as could be seen, where `unseen` says what could not.
 * could-not-look: AWS did not answer. refused: it did, with a no that does not pass by itself.
 */
export type PlanVerdict = 'could-work' | 'unchanged' | 'could-not-work' | 'could-not-look' | 'refused';

/** What the container would get, as far as anybody can know before it is built. */
export interface ImageOutlook {
  /** "123456789012.dkr.…/web:1.4"; with the digest where it is known. */
  readonly reference: string;
  /** How it comes about: "built from context . of this commit"; undefined: it is there. */
  readonly made: string | undefined;
}

export interface DefinitionOutlook {
  /** Where the new one comes from. */
  readonly source: DefinitionSource;
  /** "web:41", the one that serves and that `changes` are against; undefined: nobody could look, they are against the source itself. */
  readonly serving: string | undefined;
  /** A revision that says the same and is there already: "web:42". */
  readonly registered: string | undefined;
  /** Undefined: there is nothing to compare with. */
  readonly changes: readonly ShownChange[] | undefined;
}

export type DefinitionSource =
  | { readonly kind: 'file' | 'registered'; readonly name: string }
  /** The one that the service names. */
  | { readonly kind: 'service' };

/** One field, its values as text for people. Undefined: it was not there, or is not any more. */
export interface ShownChange {
  readonly kind: FieldChange['kind'];
  readonly keys: readonly string[];
  /** "containerDefinitions[web].image" */
  readonly path: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

// ------------------------------------------------------------------ values

const LONGEST_VALUE = 300;
const HIDDEN = '(not shown)';
/** What is set by the inputs `environment` may be a secret of the workflow's, and what only AWS has may be one that somebody put there. */
const HIDDEN_FROM = '(another value, not shown)';

/**
 * `isPublic`: the new value stands in a file of the repository, under these keys. Values that may hold a secret are shown only then:
 * what a comment on a pull request says, the runner's masks do not reach.
 */
export function shownChange(change: FieldChange, isPublic: (keys: readonly string[]) => boolean): ShownChange {
  const { kind, keys, from, to } = change;
  const isPrivate = mayHoldSecrets(keys);
  const text = isSecret(keys) ? sourceOfSecret : valueText;
  return {
    kind,
    keys,
    path: pathOf(keys),
    from: from === undefined ? undefined : isPrivate ? (to === undefined ? HIDDEN : HIDDEN_FROM) : text(from),
    to: to === undefined ? undefined : isPrivate && !isPublic(keys) ? HIDDEN : text(to),
  };
}

/** Fields of a container whose values people write freely, passwords among them. Of log drivers' options a Splunk token is one. */
const delicateFields = new Set([
  'command',
  'dockerLabels',
  'entryPoint',
  'environment',
  'firelensConfiguration',
  'healthCheck',
  'logConfiguration',
]);

function mayHoldSecrets(keys: readonly string[]): boolean {
  const [list, , field = '', inner, option] = keys;
  // The options of a driver of volumes: that of a network share has a password.
  if (list === 'volumes') return keys.length < 3 || field === 'dockerVolumeConfiguration';
  if (list !== 'containerDefinitions') return false;
  // A container that is compared as a whole, because two have one name.
  if (keys.length < 3) return true;
  if (!delicateFields.has(field)) return false;
  if (field === 'healthCheck') return inner === undefined || inner === 'command';
  if (field !== 'logConfiguration' && field !== 'firelensConfiguration') return true;
  return inner === undefined || (inner === 'options' && option?.startsWith('awslogs-') !== true);
}

function isSecret([list, , field, inner]: readonly string[]): boolean {
  return list === 'containerDefinitions' && (field === 'secrets' || inner === 'secretOptions');
}

/** Where a secret is kept. What is no such place may be the secret itself, and so may a word: parameters have names like those. */
function sourceOfSecret(value: Json): string {
  if (typeof value !== 'string') return HIDDEN;
  const isPlace = isSecretSource(value) && (value.startsWith('arn:') || value.startsWith('/'));
  return isPlace ? shorten(value, LONGEST_VALUE) : HIDDEN;
}

function valueText(value: Json): string {
  if (typeof value === 'string' && value !== '' && value.trim() === value && !/[\n\r"]/.test(value)) {
    return shorten(value, LONGEST_VALUE);
  }
  return shorten(JSON.stringify(value), LONGEST_VALUE);
}

// ------------------------------------------------------------------ faults

/** Inputs of which a text may hold what the workflow keeps secret. */
const delicate = new Set([
  'environment',
  'secrets',
  'build-contexts',
  'build-args',
  'build-secrets',
  'gates',
  'migrate',
]);

/** The fault as it may stand in a comment: the log, where the runner masks, has the whole. */
export function publicFault(fault: Fault): Fault {
  if (!delicate.has(fault.subject)) return fault;
  // From the first quote to the last: what was written may have quotes of its own.
  const hide = (text: string) =>
    text
      .replace(/^\[.*(?= is not a list)/s, '[…]')
      .replace(/".*"/s, '"…"')
      .replace(/(https?:\/\/)[^\s"']+/g, (url) => withoutSecrets(url));
  return { ...fault, problem: hide(fault.problem), fix: hide(fault.fix) };
}

/** "https://user:secret@host/path?token=1" is "https://host/path". */
export function withoutSecrets(url: string): string {
  return url.replace(/^(https?:\/\/)(?:[^/?#\s]*@)?([^?#\s]*).*$/, '$1$2');
}

/** Field of the task definition that a fault is about, as the keys of a FieldChange; empty: the whole of it. */
export function fieldOf(fault: Fault): readonly string[] {
  const secret = /\bsecret (\S+) of container (\S+)/.exec(fault.problem);
  if (secret !== null) return ['containerDefinitions', secret[2] ?? '', 'secrets', secret[1] ?? ''];
  const words = `${fault.problem} ${fault.fix}`;
  const fields = [
    'requiresCompatibilities',
    'networkMode',
    'executionRoleArn',
    'taskRoleArn',
    'runtimePlatform',
    'containerDefinitions',
    'memory',
    'cpu',
  ];
  const named = fields
    .map((field) => ({ field, at: words.search(new RegExp(`\\b${field}\\b`)) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0];
  return named === undefined ? [] : [named.field];
}

// ------------------------------------------------------------------ sentences

/** How the image comes about. A tag that is the commit's own will be another one after the merge. */
export function builtImage(
  build: { readonly context: string; readonly tags: readonly string[]; readonly revision: string },
  uri: string,
): ImageOutlook {
  const [tag = ''] = build.tags;
  const isCommit = tag === build.revision && tag !== '';
  return {
    reference: `${uri}:${isCommit ? '<commit>' : tag}`,
    made: `built from context ${withoutSecrets(build.context)} of this commit`,
  };
}

/** "host/web:1.4, built from context . of this commit" */
export function imageText({ reference, made }: ImageOutlook): string {
  return made === undefined ? reference : `${reference}, ${made}`;
}

export function sourceOf({ taskDefinition: source }: Pick<Config, 'taskDefinition'>): DefinitionSource {
  switch (source.kind) {
    case 'file':
      return { kind: 'file', name: source.path };
    case 'registered':
      return { kind: 'registered', name: source.reference };
    case 'service':
      return { kind: 'service' };
  }
}

/** "ecs/web.json" */
export function sourceText(source: DefinitionSource): string {
  return source.kind === 'service' ? 'the service’s own' : source.name;
}

/** "3 fields of the task definition would change, traffic would move 5, 25, 100 %, in 25m at least": the plan in one sentence. */
export function planReason(report: Omit<PlanReport, 'reason'>): string {
  const { verdict, faults, definition, rollout, unseen } = report;
  if (verdict === 'unchanged')
    return `what serves${definition?.serving === undefined ? '' : `, ${definition.serving},`} says the same already: nothing would change`;
  if (verdict === 'could-not-work') {
    return `${faults.length === 1 ? '1 thing is' : `${faults.length} things are`} wrong: a deployment would be refused before it changes anything`;
  }
  if (unseen !== undefined) return 'nothing speaks against it, as far as can be said without AWS';
  const steps = rollout?.steps?.map(({ share }) => share).filter((share) => share > 0) ?? [];
  const ladder = steps.length === 0 ? '' : `, traffic would move ${shortList(steps)} %`;
  const least = rollout?.leastMs === undefined ? '' : `, in ${formatDuration(rollout.leastMs)} at least`;
  return `${fieldsText(definition?.changes)}${ladder}${least}`;
}

function fieldsText(changes: readonly ShownChange[] | undefined): string {
  if (changes === undefined) return 'a new task definition would be deployed';
  if (changes.length === 0) return 'the same task definition would be deployed again';
  return `${changes.length === 1 ? '1 field' : `${changes.length} fields`} of the task definition would change`;
}

/** Steps in their order; of a long ladder its beginning and its end. */
function shortList(steps: readonly number[]): string {
  return steps.length <= 8 ? steps.join(', ') : `${steps.slice(0, 4).join(', ')}, … ${steps.at(-1)}`;
}
