import type { Config, Request } from './core/config.ts';
import { type Fault, FaultsFound } from './core/errors.ts';
import type { GitHubContext } from './core/github.ts';
import { nearest } from './core/nearest.ts';
import { readGitHub, withButton } from './inputs-github.ts';
import { readPlace } from './inputs-place.ts';
import { readRollout } from './inputs-rollout.ts';
import { readTask } from './inputs-task.ts';
import { parseShare, readOptionalChoice } from './inputs-values.ts';

/** What the job knows beside the inputs. */
export interface JobFacts {
  /** The commit (GITHUB_SHA); empty when unknown. */
  readonly sha: string;
  /** AWS_REGION, else AWS_DEFAULT_REGION; undefined when neither is set. */
  readonly region: string | undefined;
  /** Undefined: not on GitHub, or nothing is to be told there. */
  readonly github?: GitHubContext | undefined;
}

/** Every input of action.yml, in its order. */
export const inputNames = [
  'command',
  'to',
  'fix',
  'cluster',
  'service',
  'repository',
  'image',
  'context',
  'dockerfile',
  'target',
  'platforms',
  'build-contexts',
  'build-args',
  'build-secrets',
  'tags',
  'cache',
  'task-definition',
  'container',
  'environment',
  'secrets',
  'migrate',
  'strategy',
  'steps',
  'hold',
  'bake',
  'timeout',
  'poll',
  'gates',
  'hold-limit',
  'on-inconclusive',
  'approval',
  'wait-for-approval',
  'promote-within',
  'on-cancel',
  'if-running',
  'production-rules',
  'test-rule',
  'target-group',
  'capacity',
  'stickiness',
  'drain',
  'codedeploy-application',
  'codedeploy-deployment-group',
  'codedeploy-config',
  'github-token',
  'github-environment',
  'environment-url',
] as const;

export type InputName = (typeof inputNames)[number];

/** What the readers of single inputs work with. */
export interface InputReader {
  /** Without blanks around it; empty when the input was not given. */
  text(name: InputName): string;
  /** Keeps a fault for the end; gives undefined so that a reader can return it. */
  fail(subject: InputName, problem: string, fix: string): undefined;
}

const commands = ['deploy', 'plan', 'promote', 'rollback', 'status'] as const satisfies readonly Request['command'][];

/**
 * The inputs as a Request. `read` gives an input's text by its name in action.yml, empty when it was not given;
 * `names` are the names of the INPUT_* variables of the environment. Rejects with FaultsFound: all faults at once.
 * What is to be deployed is read by `deploy` and `plan` alone, so that workflows can share one block of inputs.
 */
export async function readRequest(
  read: (name: string) => string,
  names: readonly string[],
  facts: JobFacts,
): Promise<Request> {
  const faults: Fault[] = unknownInputs(names);
  const written: InputReader = {
    text: (name) => read(name).trim(),
    fail: (subject, problem, fix) => {
      faults.push({ subject, problem, fix });
      return undefined;
    },
  };
  const reader = withButton(written, facts.github);
  // Undefined when nobody can know what was meant: what depends on it is not looked at.
  const command = reader.text('command') === '' ? 'deploy' : readOptionalChoice(reader, 'command', commands);
  const to = readTo(reader, command);
  const fix = readFix(reader, command);
  const place = readPlace(reader, facts.region);
  if (reader.text('service') === '' && command !== undefined && command !== 'status') {
    reader.fail('service', 'is missing', `write the name or the ARN of the ECS service to ${verbs[command]}`);
  }
  const isNew = command === 'deploy' || command === 'plan';
  const task = isNew ? readTask(reader, facts, place.region, faults) : undefined;
  const rollout = { ...(await readRollout(reader, place, faults, !isNew)), github: readGitHub(reader, place.service) };
  if (faults.length > 0) throw new FaultsFound(faults);
  return requestOf(command ?? 'deploy', { ...rollout, ...task } as Config, to, fix);
}

const verbs = { deploy: 'deploy to', plan: 'plan for', promote: 'promote', rollback: 'roll back' };

function requestOf(command: Request['command'], config: Config, to: number | undefined, fix: boolean): Request {
  switch (command) {
    case 'deploy':
    case 'plan':
    case 'rollback':
      return { command, config };
    case 'promote':
      return { command, config, to };
    case 'status': {
      const { service, ...rest } = config;
      return { command, cluster: config.cluster, service: service === '' ? undefined : service, fix, config: rest };
    }
  }
}

function readTo(reader: InputReader, command: Request['command'] | undefined): number | undefined {
  const text = reader.text('to');
  if (text === '' || command === undefined) return undefined;
  if (command !== 'promote') return onlyWith(reader, 'to', text, 'promote', command);
  const form = 'write 100, or another percentage above 0 with at most one decimal';
  return parseShare(text) ?? reader.fail('to', `"${text}" is not a share of traffic`, form);
}

/** `false` asks for nothing, so every command takes it: a dispatched workflow may hand on a checkbox. */
function readFix(reader: InputReader, command: Request['command'] | undefined): boolean {
  const isWanted = readOptionalChoice(reader, 'fix', ['true', 'false']) === 'true';
  if (isWanted && command !== undefined && command !== 'status') onlyWith(reader, 'fix', 'true', 'status', command);
  return isWanted;
}

function onlyWith(reader: InputReader, name: InputName, value: string, wanted: string, command: string): undefined {
  const problem = `${value} is for command: ${wanted}, and the command is ${command}`;
  return reader.fail(name, problem, `leave it out, or write command: ${wanted}`);
}

/** The runner hands on whatever stands under `with:`, also what action.yml does not have, with no more than a warning. */
function unknownInputs(names: readonly string[]): Fault[] {
  const given = names.map((name) => name.replace(/^INPUT_/, '').toLowerCase());
  return given
    .filter((name) => !(inputNames as readonly string[]).includes(name))
    .map((name) => {
      const near = nearest(name, inputNames);
      const fix = near === undefined ? `the inputs are ${inputNames.join(', ')}` : `write ${near}`;
      return { subject: name, problem: 'there is no such input', fix };
    });
}
