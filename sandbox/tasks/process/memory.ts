import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 250;
const PAGE_BYTES = 4_096;

/** Calls `onExceeded` once when the process holds more than `limitMib` of memory. Looks only where /proc is (Linux). */
export function watchMemory(pid: number, limitMib: number, onExceeded: () => void): () => void {
  const timer = setInterval(() => {
    const bytes = residentBytes(pid);
    if (bytes === undefined || bytes <= limitMib * 1024 * 1024) return;
    clearInterval(timer);
    onExceeded();
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Read at once: /proc is no disk, and by way of the thread pool the looks at many tasks cost more than their users. */
function residentBytes(pid: number): number | undefined {
  try {
    const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1];
    return Number(pages) * PAGE_BYTES;
  } catch {
    return undefined;
  }
}
