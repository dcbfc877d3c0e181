import { type ParsedDuration, parseDuration } from './duration.ts';
import type { Fault } from './errors.ts';
import type { Gate } from './gate.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { nearest } from './nearest.ts';

/** Replaced in a gate's URL by the address that leads to the candidate alone. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is what stands in the user's text
export const candidateUrl = '${CANDIDATE_URL}';

const gateNames = ['targets', 'alarms', 'http', 'run'];
const forms = 'write `- targets`, `- alarms: [name]`, `- http: https://…` or `- run: command`';

/** The gates in the parsed YAML of the input, or every fault of theirs. */
export function parseGates(data: unknown): { readonly gates: readonly Gate[]; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const fail = (problem: string, fix: string) => {
    faults.push({ subject: 'gates', problem, fix });
    return undefined;
  };
  if (!Array.isArray(data)) {
    fail(`${show(data)} is not a list`, 'begin each gate with `- ` on its own line');
    return { gates: [], faults };
  }
  if (data.length === 0) fail('[] has no gate', 'name at least one, or leave gates out for `- targets`');
  const gates = (data as unknown[]).flatMap((entry, i) => {
    const gate = parseGate(entry, (problem, fix) => fail(`gate ${i + 1}: ${problem}`, fix));
    return gate === undefined ? [] : [gate];
  });
  return { gates, faults };
}

type Fail = (problem: string, fix: string) => undefined;

function parseGate(entry: unknown, fail: Fail): Gate | undefined {
  if (typeof entry === 'string') {
    if (entry === 'targets') return { kind: 'targets' };
    return gateNames.includes(entry) ? fail(`${entry} needs a value`, forms) : unknownGate(entry, fail);
  }
  if (!isJsonObject(entry)) return fail(`${show(entry)} is not a gate`, forms);
  const names = Object.keys(entry);
  const [name] = names;
  if (name === undefined || names.length > 1) {
    return fail(`${show(entry)} has ${names.length} names`, 'begin each gate with `- ` on its own line');
  }
  const value: unknown = entry[name];
  switch (name) {
    case 'targets':
      return fail(`targets: ${show(value)} is not understood`, 'write `- targets` alone');
    case 'alarms':
      return parseAlarms(value, fail);
    case 'http':
      return parseHttp(value, fail);
    case 'run':
      return parseRun(value, fail);
    default:
      return unknownGate(name, fail);
  }
}

function unknownGate(name: string, fail: Fail): undefined {
  const near = nearest(name, gateNames);
  return fail(`"${name}" is not a known gate`, near === undefined ? forms : `write ${near}`);
}

function parseAlarms(value: unknown, fail: Fail): Gate | undefined {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  if (names.length === 0) return fail('alarms: the list is empty', 'write `- alarms: [name of an alarm]`');
  const wrong = names.find((name) => typeof name !== 'string' || name.trim() === '');
  if (wrong !== undefined || names.includes(undefined)) {
    return fail(`alarms: ${show(wrong)} is not the name of an alarm`, 'write `- alarms: [web-5xx, web-p99]`');
  }
  return { kind: 'alarms', names: names as string[] };
}

function parseHttp(value: unknown, fail: Fail): Gate | undefined {
  const fields = fieldsOf('http', typeof value === 'string' ? { url: value } : value, httpFields, fail);
  if (fields === undefined) return undefined;
  const url = parseUrl(fields['url'], fail);
  const status = wholeNumber('http: status', fields['status'] ?? 200, 100, 599, fail);
  const times = wholeNumber('http: times', fields['times'] ?? 5, 1, 100, fail);
  const withinMs = within('http', fields['within'] ?? '2s', 100, 60_000, '100ms and 60s', fail);
  if (url === undefined || status === undefined || times === undefined || withinMs === undefined) return undefined;
  return { kind: 'http', url, status, withinMs, times };
}

const httpFields = ['url', 'status', 'within', 'times'];
const runFields = ['command', 'within'];

function parseRun(value: unknown, fail: Fail): Gate | undefined {
  const fields = fieldsOf('run', typeof value === 'string' ? { command: value } : value, runFields, fail);
  if (fields === undefined) return undefined;
  const command = fields['command'];
  const isCommand = typeof command === 'string' && command.trim() !== '';
  if (!isCommand) fail(`run: command ${show(command)} is not a command`, 'write `- run: npm run smoke`');
  const withinMs = within('run', fields['within'] ?? '10m', 1_000, 21_600_000, '1s and 6h', fail);
  return isCommand && withinMs !== undefined ? { kind: 'run', command, withinMs } : undefined;
}

function fieldsOf(gate: string, value: unknown, known: readonly string[], fail: Fail): JsonObject | undefined {
  if (!isJsonObject(value)) return fail(`${gate}: ${show(value)} is not understood`, forms);
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  for (const name of unknown) {
    const near = nearest(name, known);
    fail(`${gate}: "${name}" is not known`, near === undefined ? `it takes ${known.join(', ')}` : `write ${near}`);
  }
  return unknown.length === 0 ? value : undefined;
}

function parseUrl(value: unknown, fail: Fail): string | undefined {
  const example = `write an address that begins with http:// or https://, or with ${candidateUrl}`;
  if (typeof value !== 'string' || value === '') return fail(`http: url ${show(value)} is not an address`, example);
  const isCandidate = value.startsWith(candidateUrl);
  const probe = isCandidate ? value.replace(candidateUrl, 'http://candidate') : value;
  const isRoom = !isCandidate || /^[/?#:]|^$/.test(value.slice(candidateUrl.length));
  if (!/^https?:\/\//i.test(probe) || !URL.canParse(probe) || !isRoom || probe.includes('${')) {
    return fail(`http: url "${value}" is not an address`, example);
  }
  return value;
}

function wholeNumber(what: string, value: unknown, least: number, most: number, fail: Fail): number | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  return fail(`${what} ${show(value)} is not allowed`, `write a whole number from ${least} to ${most}`);
}

function within(gate: string, value: unknown, leastMs: number, mostMs: number, range: string, fail: Fail) {
  const parsed: ParsedDuration = parseDuration(typeof value === 'string' ? value : String(JSON.stringify(value)));
  if ('problem' in parsed) return fail(`${gate}: within ${parsed.problem}`, parsed.fix);
  if (parsed.ms >= leastMs && parsed.ms <= mostMs) return parsed.ms;
  return fail(`${gate}: within ${show(value)} is out of range`, `write a time between ${range}`);
}

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
