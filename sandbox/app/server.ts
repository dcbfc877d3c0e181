/**
 * The demo app: a small web server that is as healthy, slow, faulty or stubborn as its environment says.
 * Nothing but Node is needed, and nothing of this repository: image.ts compiles this one file for the image.
 *
 *   GET /         { version, task }; counted by FAIL_PERCENT, SLOW_MS and CRASH_ON_REQUEST
 *   GET /healthz  200 "ok", or what HEALTH says
 *   GET /smoke    200 "ok", or 500 with SMOKE_FAILS
 */

import { createServer, type ServerResponse } from 'node:http';

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
const slowMs = number('SLOW_MS', 0);
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

/** The first failures are worth a line each; after that the log would drown. */
const LOGGED_FAILURES = 20;

const startedAtMs = performance.now();
let requests = 0;
let failureDebt = 0;
let failures = 0;
let leaving = false;

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
  // Spread evenly rather than at random: of 100 requests exactly FAIL_PERCENT fail.
  failureDebt += failPercent;
  const fails = failureDebt >= 100;
  if (fails) failureDebt -= 100;
  if (fails && ++failures <= LOGGED_FAILURES)
    console.error(`ERROR version ${version} answers 500 to request ${requests}`);
  const reply = (): void => answer(response, fails ? 500 : 200, JSON_TYPE, fails ? bad : good);
  if (slowMs > 0) setTimeout(reply, slowMs);
  else reply();
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
