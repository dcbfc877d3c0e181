import type { Fault } from './errors.ts';
import type { Gate, GatePatience, GateSubject } from './gate.ts';
import { duration, type Fail, fieldsOf as fieldsAmong, show, wholeNumber } from './gate-fields.ts';
import { parseMetrics } from './gate-metrics.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { nearest } from './nearest.ts';

/** Replaced in a gate's URL by the address that leads to the candidate alone. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is what stands in the user's text
export const candidateUrl = '${CANDIDATE_URL}';

const gateNames = ['targets', 'alarms', 'http', 'run', 'traffic', 'metrics'];
const forms =
  'write `- targets`, `- traffic`, `- metrics`, `- alarms: [name]`, `- http: https://…` or `- run: command`';
const patienceFields = ['failures', 'errors', 'warm-up'];

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

function parseGate(entry: unknown, fail: Fail): Gate | undefined {
  if (typeof entry === 'string') {
    if (entry === 'targets' || entry === 'traffic') return { kind: entry };
    if (entry === 'metrics') return parseMetrics({}, fail);
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
    case 'traffic':
      return parsePlain(name, value, fail);
    case 'alarms':
      return parseAlarms(value, fail);
    case 'http':
      return parseHttp(value, fail);
    case 'run':
      return parseRun(value, fail);
    case 'metrics':
      return parseMetrics(value, fail);
    default:
      return unknownGate(name, fail);
  }
}

function unknownGate(name: string, fail: Fail): undefined {
  const near = nearest(name, gateNames);
  return fail(`"${name}" is not a known gate`, near === undefined ? forms : `write ${near}`);
}

/** A gate that needs no more words than its kind. */
function parsePlain(kind: 'targets' | 'traffic', value: unknown, fail: Fail): Gate | undefined {
  if (!isJsonObject(value)) return fail(`${kind}: ${show(value)} is not understood`, `write \`- ${kind}\` alone`);
  const fields = fieldsOf(kind, value, [], fail);
  return fields && withPatience(kind, { kind }, fields, fail);
}

function parseAlarms(value: unknown, fail: Fail): Gate | undefined {
  const fields = fieldsOf('alarms', isJsonObject(value) ? value : { names: value as Json }, ['names'], fail);
  if (fields === undefined) return undefined;
  const given: unknown = fields['names'];
  const names: unknown[] = Array.isArray(given) ? given : [given];
  const wrong = names.findIndex((name) => typeof name !== 'string' || name.trim() === '');
  if (names.length === 0) fail('alarms: the list is empty', 'write `- alarms: [name of an alarm]`');
  else if (wrong >= 0) {
    fail(`alarms: ${show(names[wrong])} is not the name of an alarm`, 'write `- alarms: [web-5xx, web-p99]`');
  }
  const subject = names.length === 0 || wrong >= 0 ? undefined : { kind: 'alarms' as const, names: names as string[] };
  return withPatience('alarms', subject, fields, fail);
}

function parseHttp(value: unknown, fail: Fail): Gate | undefined {
  const fields = fieldsOf('http', typeof value === 'string' ? { url: value } : value, httpFields, fail);
  if (fields === undefined) return undefined;
  const url = parseUrl(fields['url'], fail);
  const status = wholeNumber('http: status', fields['status'] ?? 200, 100, 599, fail);
  const times = wholeNumber('http: times', fields['times'] ?? 5, 1, 100, fail);
  const withinMs = duration('http: within', fields['within'] ?? '2s', 100, 60_000, fail);
  const isGood = url !== undefined && status !== undefined && times !== undefined && withinMs !== undefined;
  return withPatience('http', isGood ? { kind: 'http', url, status, withinMs, times } : undefined, fields, fail);
}

const httpFields = ['url', 'status', 'within', 'times'];
const runFields = ['command', 'within'];

function parseRun(value: unknown, fail: Fail): Gate | undefined {
  const fields = fieldsOf('run', typeof value === 'string' ? { command: value } : value, runFields, fail);
  if (fields === undefined) return undefined;
  const command = fields['command'];
  const isCommand = typeof command === 'string' && command.trim() !== '';
  if (!isCommand) fail(`run: command ${show(command)} is not a command`, 'write `- run: npm run smoke`');
  const withinMs = duration('run: within', fields['within'] ?? '10m', 1_000, 21_600_000, fail);
  const subject = isCommand && withinMs !== undefined ? { kind: 'run' as const, command, withinMs } : undefined;
  return withPatience('run', subject, fields, fail);
}

/** The gate with what it is forgiven; undefined when there is a fault in one of the two. */
function withPatience(
  gate: string,
  subject: GateSubject | undefined,
  fields: JsonObject,
  fail: Fail,
): Gate | undefined {
  const { failures, errors, 'warm-up': warmUp } = fields;
  const read = {
    ...(failures === undefined ? {} : { failures: wholeNumber(`${gate}: failures`, failures, 1, 100, fail) }),
    ...(errors === undefined ? {} : { errors: wholeNumber(`${gate}: errors`, errors, 1, 100, fail) }),
    ...(warmUp === undefined ? {} : { warmUpMs: duration(`${gate}: warm-up`, warmUp, 0, 21_600_000, fail) }),
  };
  if (subject === undefined || Object.values(read).includes(undefined)) return undefined;
  return { ...subject, ...(read as GatePatience) };
}

/** The fields of a gate's mapping: its `own` and those of patience, no other. */
function fieldsOf(gate: string, value: unknown, own: readonly string[], fail: Fail): JsonObject | undefined {
  return fieldsAmong(gate, value, [...own, ...patienceFields], forms, fail);
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
