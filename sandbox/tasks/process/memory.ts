import { readFile } from 'node:fs/promises';

const LOOK_EVERY_MS = 250;
const PAGE_BYTES = 4_096;

/** Calls `onExceeded` once when the process holds more than `limitMib` of memory. Looks only where /proc is (Linux). */
export function watchMemory(pid: number, limitMib: number, onExceeded: () => void): () => void {
  const timer = setInterval(async () => {
    const bytes = await residentBytes(pid);
    if (bytes === undefined || bytes <= limitMib * 1024 * 1024) return;
    clearInterval(timer);
    onExceeded();
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

async function residentBytes(pid: number): Promise<number | undefined> {
  try {
    const pages = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1];
    return Number(pages) * PAGE_BYTES;
  } catch {
    return undefined;
  }
}
