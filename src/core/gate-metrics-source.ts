/** Where the gate `metrics` takes its counts from, in the parsed YAML of the input. */
import type { MetricsSource } from './gate.ts';
import { type Fail, fieldsOf, show } from './gate-fields.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { nearest } from './nearest.ts';
import { VERSION_PLACEHOLDERS } from './version-text.ts';

const cloudwatchForm =
  "write cloudwatch: { namespace: MyApp, dimensions: { Revision: '{{revision}}' }, requests: Requests, errors: Failures }";
const prometheusForm = "write prometheus: { url: 'http://prometheus:9090', requests: '…', errors: '…' }";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html */
const MOST_DIMENSIONS = 30;
const LONGEST_NAME = 255;
const LONGEST_VALUE = 1024;

/** The source that the gate's fields name, the load balancer when they name none; undefined when something in it is wrong. */
export function parseMetricsSource(fields: JsonObject, fail: Fail): MetricsSource | undefined {
  const { cloudwatch, prometheus } = fields;
  if (cloudwatch !== undefined && prometheus !== undefined) {
    return fail('there are two sources, cloudwatch and prometheus', 'write two gates, each with one of them');
  }
  if (cloudwatch !== undefined) return parseCloudWatch(cloudwatch, fail);
  if (prometheus !== undefined) return parsePrometheus(prometheus, fail);
  return { kind: 'load-balancer' };
}

function parseCloudWatch(value: unknown, fail: Fail): MetricsSource | undefined {
  const known = ['namespace', 'dimensions', 'requests', 'errors', 'slow'];
  const fields = fieldsOf('cloudwatch', value, known, cloudwatchForm, fail);
  if (fields === undefined) return undefined;
  const texts = textsOf('cloudwatch', fields, ['namespace', 'requests'], ['errors', 'slow'], fail);
  const dimensions = parseDimensions(fields['dimensions'] ?? {}, fail);
  if (texts === undefined || dimensions === undefined) return undefined;
  const { namespace = '', requests = '', errors, slow } = texts;
  for (const [field, text] of Object.entries(texts)) {
    if (text.length > LONGEST_NAME) {
      fail(
        `cloudwatch: ${field} ${show(text)} is too long`,
        `CloudWatch's names have at most ${LONGEST_NAME} characters`,
      );
    }
  }
  const shared = [namespace, ...Object.values(dimensions)];
  const counts = [requests, ...(errors === undefined ? [] : [errors]), ...(slow === undefined ? [] : [slow])];
  // One place that all counts share is enough; else each of them has to tell.
  if (!shared.some(isOfOneVersion) && !counts.every(isOfOneVersion)) {
    return fail(
      'cloudwatch: nothing in it tells the two versions apart',
      "write {{revision}} for the task definition's revision number, for example as the value of a dimension",
    );
  }
  return { kind: 'cloudwatch', namespace, dimensions, requests, errors, slow };
}

function parseDimensions(value: unknown, fail: Fail): Readonly<Record<string, string>> | undefined {
  if (!isJsonObject(value)) {
    return fail(
      `cloudwatch: dimensions ${show(value)} is not a mapping`,
      "write { Service: web, Revision: '{{revision}}' }",
    );
  }
  const given = Object.entries(value);
  if (given.length > MOST_DIMENSIONS) {
    return fail(`cloudwatch: dimensions has ${given.length} names`, `a metric has at most ${MOST_DIMENSIONS}`);
  }
  const read = given.map(([name, text]) => {
    const what = `cloudwatch: dimension ${name}`;
    if (typeof text !== 'string' || text.trim() === '' || text.length > LONGEST_VALUE) {
      return fail(`${what}: ${show(text)} is not a text`, "write it in quotes, for example '{{revision}}'");
    }
    return tellPlaceholders(what, text, fail) ? [name, text] : undefined;
  });
  return read.includes(undefined) ? undefined : (Object.fromEntries(read as [string, string][]) as never);
}

function parsePrometheus(value: unknown, fail: Fail): MetricsSource | undefined {
  const known = ['url', 'requests', 'errors', 'slow', 'token-from'];
  const fields = fieldsOf('prometheus', value, known, prometheusForm, fail);
  if (fields === undefined) return undefined;
  const url = parseServer(fields['url'], fail);
  const texts = textsOf('prometheus', fields, ['requests'], ['errors', 'slow'], fail);
  const untold = Object.entries(texts ?? {}).filter(([, query]) => !isOfOneVersion(query));
  for (const [field] of untold) {
    fail(
      `prometheus: ${field} does not tell the two versions apart`,
      'write {{revision}} for the task definition\'s revision number, for example {revision="{{revision}}"}',
    );
  }
  const token = fields['token-from'];
  const isToken = token === undefined || (typeof token === 'string' && /^[A-Za-z_]\w*$/.test(token));
  if (!isToken) {
    // Who mistakes it for the token itself must not find it in the log.
    fail(
      'prometheus: token-from is not the name of an environment variable',
      'write the name of the one that holds the token, for example PROMETHEUS_TOKEN',
    );
  }
  if (url === undefined || texts === undefined || untold.length > 0 || !isToken) return undefined;
  const { requests = '', errors, slow } = texts;
  return { kind: 'prometheus', url, requests, errors, slow, tokenFrom: token };
}

function parseServer(value: unknown, fail: Fail): string | undefined {
  const example = 'write the address of the server alone, such as http://prometheus:9090';
  if (typeof value !== 'string' || !/^https?:\/\//i.test(value) || !URL.canParse(value)) {
    // It may hold a password, which a faulty address does not hide.
    const shown = typeof value === 'string' && value.includes('@') ? 'what is given' : show(value);
    return fail(`prometheus: url ${shown} is not an address`, example);
  }
  const { username, password, search, hash } = new URL(value);
  if (username !== '' || password !== '') {
    return fail(
      'prometheus: url has a user name or a password in it',
      'leave them out; token-from names the environment variable that holds a bearer token',
    );
  }
  if (search !== '' || hash !== '') return fail(`prometheus: url ${show(value)} is more than an address`, example);
  return value;
}

/** Texts that are not empty and name the version as they may; the `needed` ones are there. */
function textsOf(
  source: string,
  fields: JsonObject,
  needed: readonly string[],
  optional: readonly string[],
  fail: Fail,
): Readonly<Record<string, string>> | undefined {
  let isFaulty = false;
  const texts: Record<string, string> = {};
  for (const name of [...needed, ...optional]) {
    const value = fields[name];
    if (value === undefined && optional.includes(name)) continue;
    if (typeof value !== 'string' || value.trim() === '') {
      fail(
        `${source}: ${name} ${show(value)} is not a text`,
        `it needs ${needed.join(' and ')}, in quotes where there are braces`,
      );
      isFaulty = true;
    } else if (tellPlaceholders(`${source}: ${name}`, value, fail)) texts[name] = value;
    else isFaulty = true;
  }
  return isFaulty ? undefined : texts;
}

const placeholders = VERSION_PLACEHOLDERS.map((name) => `{{${name}}}`);

/** Whether all that stands between double braces is known. */
function tellPlaceholders(what: string, text: string, fail: Fail): boolean {
  const unknown = namesIn(text).filter((name) => !VERSION_PLACEHOLDERS.some((known) => known === name));
  for (const name of unknown) {
    const near = nearest(name, VERSION_PLACEHOLDERS);
    fail(
      `${what}: {{${name}}} is not known`,
      near === undefined ? `write ${placeholders.join(', ')}` : `write {{${near}}}`,
    );
  }
  return unknown.length === 0;
}

/** Two versions of one family differ in the revision alone. */
function isOfOneVersion(text: string): boolean {
  return namesIn(text).some((name) => name === 'revision' || name === 'task-definition');
}

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].map(([, name = '']) => name);
}
