/**
 * The demo app: a small web server that is as healthy, slow, faulty or stubborn as its environment says.
 * Nothing but Node is needed, and nothing of this repository: image.ts compiles this one file for the image.
 *
 *   GET /         { version, task }; counted by FAIL_PERCENT, SLOW_MS and CRASH_ON_REQUEST
 *   GET /healthz  200 "ok", or what HEALTH says
 *   GET /smoke    200 "ok", or 500 with SMOKE_FAILS
 *
 * With UPSTREAM_URL it needs another service for each answer of `/`, and fails when that one does (upstream.ts).
 */

import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';

/** What the environment sets; behaviour.ts lists and explains the names. */
const env = process.env;
const number = (name: string, otherwise: number): number => {
  const value = Number(env[name] || otherwise);
  if (!Number.isFinite(value)) throw new Error(`${name} must be a number, got ${env[name]}`);
  return value;
};

const version = env['VERSION'] || '1';
const host = env['HOST'] || '0.0.0.0';
const port = number('PORT', 8000);
const failPercent = number('FAIL_PERCENT', 0);
const failsAtRandom = Boolean(env['FAILS_AT_RANDOM']);
const slowMs = number('SLOW_MS', 0);
const slowPercent = number('SLOW_PERCENT', 100);
const coldMs = number('COLD_MS', 0);
const coldFailPercent = number('COLD_FAIL_PERCENT', 0);
const coldSlowMs = number('COLD_SLOW_MS', 0);
const healthStatus = number('HEALTH', 200);
const healthyAfterMs = number('HEALTHY_AFTER_MS', 0);
const unhealthyAfterMs = number('UNHEALTHY_AFTER_MS', Number.MAX_SAFE_INTEGER);
const crashOnRequest = number('CRASH_ON_REQUEST', 0);
const exitCode = number('EXIT_CODE', 1);
const smokeStatus = env['SMOKE_FAILS'] ? 500 : 200;

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain';
const good = Buffer.from(`${JSON.stringify({ version, task: env['HOSTNAME'] ?? '' })}\n`);
const bad = Buffer.from(`${JSON.stringify({ version, error: 'this version fails on purpose' })}\n`);
const badUpstream = Buffer.from(`${JSON.stringify({ version, error: 'the upstream failed' })}\n`);

/** The first failures are worth a line each; after that the log would drown. */
const LOGGED_FAILURES = 20;

/** An upstream that cannot be reached, or hangs up, is asked again; until then it is as it was. */
const UPSTREAM_RETRY_MS = 200;

const startedAtMs = performance.now();
let requests = 0;
let failureDebt = 0;
let failures = 0;
let leaving = false;
/** Cold until then; set by the first request. */
let warmAtMs: number | undefined;
/** So many of 100 requests fail because the upstream does. */
let upstreamPercent = 0;

const server = createServer((request, response) => {
  const path = request.url?.split('?', 1)[0];
  if (path === '/') return home(response);
  if (path === '/healthz') return answer(response, health(), TEXT_TYPE, health() === 200 ? 'ok\n' : 'not well\n');
  if (path === '/smoke') return answer(response, smokeStatus, TEXT_TYPE, smokeStatus === 200 ? 'ok\n' : 'smoke\n');
  answer(response, 404, TEXT_TYPE, 'not found\n');
});

function home(response: ServerResponse): void {
  requests += 1;
  if (requests === crashOnRequest) crash(`request ${requests} is more than this version can bear`);
  const cold = isCold();
  const fails = failsByItself() || (cold && happens(coldFailPercent));
  if (fails && ++failures <= LOGGED_FAILURES)
    console.error(`ERROR version ${version} answers 500 to request ${requests}`);
  const own = fails ? bad : good;
  const body = happens(upstreamPercent) ? badUpstream : own;
  const reply = (): void => answer(response, body === good ? 200 : 500, JSON_TYPE, body);
  const waitMs = (slowMs > 0 && happens(slowPercent) ? slowMs : 0) + (cold ? coldSlowMs : 0);
  if (waitMs > 0) setTimeout(reply, waitMs);
  else reply();
}

function happens(percent: number): boolean {
  return percent > 0 && Math.random() * 100 < percent;
}

function failsByItself(): boolean {
  if (failsAtRandom) return happens(failPercent);
  // Spread evenly: of 100 requests exactly FAIL_PERCENT fail.
  failureDebt += failPercent;
  if (failureDebt < 100) return false;
  failureDebt -= 100;
  return true;
}

function isCold(): boolean {
  if (coldMs <= 0) return false;
  warmAtMs ??= performance.now() + coldMs;
  return performance.now() < warmAtMs;
}

/** While leaving, each connection is told to end with its answer, so that nobody sends another request into it. */
function answer(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  const headers = ['content-type', type, 'content-length', String(body.length)];
  if (leaving) headers.push('connection', 'close');
  response.writeHead(status, headers);
  response.end(body);
}

function health(): number {
  const ageMs = performance.now() - startedAtMs;
  return ageMs < healthyAfterMs || ageMs >= unhealthyAfterMs ? 503 : healthStatus;
}

function crash(why: string): never {
  console.error(`FATAL version ${version} ends with exit code ${exitCode}: ${why}`);
  process.exit(exitCode);
}

process.on('SIGTERM', () => {
  if (env['IGNORE_SIGTERM']) {
    console.log('SIGTERM is ignored');
    return;
  }
  leaving = true;
  console.log('SIGTERM: finishing the requests in flight');
  server.close(() => process.exit(0));
});

// Longer than the load balancer keeps an idle connection (60 s by default), so that it is never the target that hangs up
// on a request under way: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
server.keepAliveTimeout = 75_000;
server.headersTimeout = 80_000;

server.on('error', (error) => {
  console.error(`FATAL cannot listen on ${host}:${port}: ${error.message}`);
  process.exit(1);
});

/** One answer that never ends: a line with a percentage whenever it changes. So a request costs nothing but the draw. */
function followUpstream(url: string): void {
  const again = (): void => {
    setTimeout(() => followUpstream(url), UPSTREAM_RETRY_MS);
  };
  get(url, (answer: IncomingMessage) => {
    let rest = '';
    answer.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      upstreamPercent = Number(lines.at(-1) ?? upstreamPercent);
    });
    answer.once('close', again);
    answer.on('error', () => undefined);
  }).once('error', again);
}

if (env['UPSTREAM_URL']) followUpstream(env['UPSTREAM_URL']);

setTimeout(
  () => server.listen(port, host, 1024, () => console.log(`version ${version} listens on ${host}:${port}`)),
  number('START_DELAY_MS', 0),
);

if (env['CRASH_AFTER_MS']) setTimeout(() => crash('its time is up'), number('CRASH_AFTER_MS', 0));

if (env['LEAK_MB_PER_S']) {
  const leak: Buffer[] = [];
  const pieceBytes = (number('LEAK_MB_PER_S', 0) * 1024 * 1024) / 10;
  setInterval(() => leak.push(Buffer.alloc(pieceBytes, 1)), 100);
}
