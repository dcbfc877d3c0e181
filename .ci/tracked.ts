import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Files of the working tree that git has or would take (ignored ones left out), as paths from the root with slashes. */
export function trackedFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return listed.split('\0').filter((file) => file !== '' && existsSync(file));
}
