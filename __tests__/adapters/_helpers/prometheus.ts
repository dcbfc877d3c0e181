/** The real Prometheus, where the machine has been given one: GREENLIGHT_PROMETHEUS names the program (.ci/prometheus.sh). */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const program = process.env['GREENLIGHT_PROMETHEUS'] ?? '';
const READY_WITHIN_MS = 60_000;

function whyNot(): string | undefined {
  if (program === '') return 'GREENLIGHT_PROMETHEUS is not set; .ci/prometheus.sh start DIR gets the program';
  return spawnSync(program, ['--version']).status === 0 ? undefined : `GREENLIGHT_PROMETHEUS: ${program} does not run`;
}

const reason = whyNot();
if (reason !== undefined) {
  if (process.env['GREENLIGHT_REQUIRE_PROMETHEUS'] === '1')
    throw new Error(`GREENLIGHT_REQUIRE_PROMETHEUS is set, but ${reason}`);
  process.stderr.write(`skipped: the real Prometheus (${reason})\n`);
}
export const hasPrometheus = reason === undefined;

export interface Scraped {
  /** "127.0.0.1:8080", scraped at /metrics. */
  readonly host: string;
  readonly everyMs: number;
}

export interface RunningPrometheus {
  /** With the path prefix, and without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts one of its own, with its data in a folder of its own; `prefix` is "" or begins with a slash. */
export async function startPrometheus(scraped: readonly Scraped[], prefix = ''): Promise<RunningPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-prometheus-'));
  const config = {
    scrape_configs: scraped.map(({ host, everyMs }, i) => ({
      job_name: `job${i}`,
      scrape_interval: `${everyMs}ms`,
      scrape_timeout: `${everyMs}ms`,
      static_configs: [{ targets: [host] }],
    })),
  };
  // JSON is YAML.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    // It takes no port 0: the one that was free may be taken when it comes to it.
    for (let tries = 3; ; tries--) {
      const host = `127.0.0.1:${await freePort()}`;
      const child = spawn(
        program,
        [
          `--config.file=${join(folder, 'prometheus.yml')}`,
          `--storage.tsdb.path=${join(folder, 'data')}`,
          `--web.listen-address=${host}`,
          `--web.route-prefix=${prefix === '' ? '/' : prefix}`,
          `--web.external-url=http://${host}${prefix}`,
        ],
        { stdio: ['ignore', 'ignore', 'pipe'] },
      );
      const log: string[] = [];
      child.stderr.on('data', (chunk) => log.push(String(chunk)));
      if (await isReady(child, `http://${host}${prefix}`)) {
        return { url: `http://${host}${prefix}`, close: () => end(child).finally(remove) };
      }
      await end(child);
      if (tries === 1) throw new Error(`prometheus does not start: ${log.join('').slice(-1_000)}`);
    }
  } catch (error) {
    await remove();
    throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Not before it answers, and not when another one answers in its place. */
async function isReady(child: ChildProcess, url: string): Promise<boolean> {
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until && isRunning(child)) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return isRunning(child);
    await sleep(50);
  }
  return false;
}

function isRunning({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}

async function end(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(late);
}
