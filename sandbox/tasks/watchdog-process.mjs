// Plain JavaScript, because Node starts it directly. It reads "+pid" and "-pid" lines; when its input ends, the sandbox is
// gone: what is still guarded is killed, and the estate (see watchdog.ts) removed.

import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { createInterface } from 'node:readline';

const estate = JSON.parse(process.argv[2] ?? '{}');
const guarded = new Set();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) guarded.add(pid);
  else guarded.delete(pid);
});
lines.on('close', async () => {
  for (const pid of guarded) killGroup(pid);
  if (estate.containers) await removeContainers(estate.containers).catch(() => {});
  if (estate.folder) rmSync(estate.folder, { recursive: true, force: true, maxRetries: 3 });
  process.exit(0);
});

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

async function removeContainers({ socketPath, label }) {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const answer = await call(socketPath, 'GET', `/containers/json?all=1&filters=${filters}`);
  await Promise.allSettled(
    JSON.parse(answer).map(({ Id }) => call(socketPath, 'DELETE', `/containers/${Id}?force=1&v=1`)),
  );
}

function call(socketPath, method, path) {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path, timeout: 30_000 }, (answer) => {
      let body = '';
      answer.on('data', (chunk) => {
        body += chunk;
      });
      answer.on('end', () => resolve(body));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('the engine does not answer')));
    outgoing.on('error', reject);
    outgoing.end();
  });
}
