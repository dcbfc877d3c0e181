/**
 * What a rollout over task sets leaves in AWS, on the candidate's task set, before the first shift: enough for any later run to go
 * on with it, to finish it or to undo it. A value has at most 256 characters of letters, digits, spaces and + - = . _ : / @
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html), so each rule has a tag of its own.
 */
import type { TaskSetSettings } from './config.ts';
import { MEMO_KEY, type Memo, memoText } from './memo.ts';

export const TAGS = {
  memo: MEMO_KEY,
  /** ARN of the task definition that served before. */
  previous: 'greenlight:previous',
  /** Id of stable's task set. It tells whose candidate this one is. */
  stable: 'greenlight:stable',
  /** Stable's target group. */
  from: 'greenlight:from',
  settings: 'greenlight:settings',
  /** `greenlight:rule-1`, `greenlight:rule-2` … */
  rule: 'greenlight:rule-',
  /** When the way back was asked for. */
  returning: 'greenlight:returning',
  /** When the last weight of the candidate was taken away. */
  zero: 'greenlight:zero',
  /** When the candidate, with all of the traffic, was made the primary one. */
  primary: 'greenlight:primary',
  /** `greenlight:sticky-1` …: stickiness of a rule that is off and is still to be put back. */
  sticky: 'greenlight:sticky-',
  /** On stable: the last rollout that was turned back, and what it would have brought. */
  ended: 'greenlight:ended',
  endedWith: 'greenlight:ended-with',
} as const;

/** ECS takes 50 tags a resource; the others that are set here are fewer than ten. */
export const MOST_RULES = 20;

/** A rule that a rollout writes, with what it had before. */
export interface RuleRecord {
  readonly ruleArn: string;
  readonly role: 'production' | 'test';
  /** The weights of A and B before; undefined: the group was not on the rule. */
  readonly weightA: number | undefined;
  readonly weightB: number | undefined;
  /** Its own stickiness; undefined: off. */
  readonly stickySeconds: number | undefined;
}

/** The settings that whoever takes over has to have. */
export type KeptSettings = Pick<TaskSetSettings, 'capacity' | 'stickinessMs' | 'drainMs'>;

export interface RolloutRecord {
  readonly previous: string;
  readonly stableId: string;
  readonly fromGroup: string;
  readonly settings: KeptSettings;
  readonly rules: readonly RuleRecord[];
}

export function tagsOf(record: RolloutRecord, memo: Memo): Readonly<Record<string, string>> {
  const { capacity, stickinessMs, drainMs } = record.settings;
  return fitting({
    [TAGS.memo]: memoText(memo),
    [TAGS.previous]: record.previous,
    [TAGS.stable]: record.stableId,
    [TAGS.from]: record.fromGroup,
    [TAGS.settings]: `capacity=${capacity} drain=${drainMs} sticky=${stickinessMs ?? 'own'}`,
    ...Object.fromEntries(record.rules.map((rule, index) => [`${TAGS.rule}${index + 1}`, ruleText(rule)])),
  });
}

/** Undefined when this task set is none of ours, or its tags were taken off. */
export function readRecord(tags: ReadonlyMap<string, string>): RolloutRecord | undefined {
  const settings = /^capacity=(?<capacity>proportional|full) drain=(?<drain>\d+) sticky=(?<sticky>own|\d+)$/.exec(
    tags.get(TAGS.settings) ?? '',
  )?.groups;
  const [stableId, fromGroup, previous] = [tags.get(TAGS.stable), tags.get(TAGS.from), tags.get(TAGS.previous)];
  if (settings === undefined || stableId === undefined || fromGroup === undefined) return undefined;
  return {
    previous: previous ?? '',
    stableId,
    fromGroup,
    settings: {
      capacity: settings['capacity'] === 'full' ? 'full' : 'proportional',
      drainMs: Number(settings['drain']),
      stickinessMs: settings['sticky'] === 'own' ? undefined : Number(settings['sticky']),
    },
    rules: numbered(tags, TAGS.rule).flatMap((text) => readRule(text) ?? []),
  };
}

/** Epoch milliseconds, or undefined. */
export function readInstant(tags: ReadonlyMap<string, string>, key: string): number | undefined {
  const text = tags.get(key);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Stickiness of a rule that was switched off because the cookies of one side would have led to where nobody serves any more. */
export interface StickinessOwed {
  readonly key: string;
  readonly ruleArn: string;
  readonly seconds: number;
  /** Since when it is off; epoch milliseconds. */
  readonly since: number;
}

/** A value that says that nothing is owed any more: a tag is overwritten, not taken off. */
export const PAID = 'paid';

export function owedTags(rules: readonly RuleRecord[], since: number): Readonly<Record<string, string>> {
  const sticky = rules.filter(({ stickySeconds }) => stickySeconds !== undefined);
  return Object.fromEntries(
    sticky.map(({ ruleArn, stickySeconds }, index) => [
      `${TAGS.sticky}${index + 1}`,
      `seconds=${stickySeconds} since=${since} ${ruleArn}`,
    ]),
  );
}

export function readOwed(tags: ReadonlyMap<string, string>): readonly StickinessOwed[] {
  return [...tags].flatMap(([key, text]) => {
    const match = key.startsWith(TAGS.sticky) ? /^seconds=(\d+) since=(\d+) (\S+)$/.exec(text) : null;
    if (match === null) return [];
    return [{ key, seconds: Number(match[1]), since: Number(match[2]), ruleArn: match[3] ?? '' }];
  });
}

function ruleText({ ruleArn, role, weightA, weightB, stickySeconds }: RuleRecord): string {
  return `${role} a=${weightA ?? '-'} b=${weightB ?? '-'} sticky=${stickySeconds ?? '-'} ${ruleArn}`;
}

function readRule(text: string): RuleRecord | undefined {
  const match = /^(production|test) a=(\d+|-) b=(\d+|-) sticky=(\d+|-) (\S+)$/.exec(text);
  if (match === null) return undefined;
  const count = (value: string | undefined) => (value === undefined || value === '-' ? undefined : Number(value));
  return {
    role: match[1] === 'test' ? 'test' : 'production',
    weightA: count(match[2]),
    weightB: count(match[3]),
    stickySeconds: count(match[4]),
    ruleArn: match[5] ?? '',
  };
}

function numbered(tags: ReadonlyMap<string, string>, prefix: string): readonly string[] {
  return [...tags]
    .filter(([key]) => key.startsWith(prefix))
    .sort(([one], [other]) => Number(one.slice(prefix.length)) - Number(other.slice(prefix.length)))
    .map(([, text]) => text);
}

/** On stable, after a rollout that was turned back: its candidate is gone, and its tags with it. */
export function endedTags(
  candidate: { readonly taskSetArn: string; readonly taskDefinition: string },
  at: number,
): Readonly<Record<string, string>> {
  return fitting({
    [TAGS.ended]: `rolled-back at=${at} ${candidate.taskSetArn}`,
    [TAGS.endedWith]: candidate.taskDefinition,
  });
}

/** A rollout that was turned back, as noted on stable. */
export function readEnded(
  tags: ReadonlyMap<string, string>,
): { readonly id: string; readonly at: number; readonly taskDefinitionArn: string | undefined } | undefined {
  const match = /^rolled-back at=(\d+) (\S+)$/.exec(tags.get(TAGS.ended) ?? '');
  if (match === null) return undefined;
  return { at: Number(match[1]), id: match[2] ?? '', taskDefinitionArn: tags.get(TAGS.endedWith) };
}

/** ECS would refuse the whole call for one value that is too long. */
function fitting(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value.length <= 256));
}
