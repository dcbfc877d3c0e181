/**
 * Builds dist anew and exits 1 when it is not what the commit has: a runner starts dist, so that is what must be
 * tested, reviewed and released. The whole folder counts, files that are new or no longer made as well.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const build = (): boolean => {
  for (const folder of ['lib', 'dist']) rmSync(folder, { recursive: true, force: true });
  return spawnSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
};

if (!build()) {
  console.error('dist could not be built');
  process.exitCode = 1;
} else {
  const status = spawnSync('git', ['status', '--porcelain', '--untracked-files=all', '--', 'dist'], {
    encoding: 'utf8',
  });
  if (status.status !== 0) {
    console.error(`git status failed: ${status.stderr}`);
    process.exitCode = 1;
  } else if (status.stdout !== '') {
    console.error(`dist is not what the sources make:\n${status.stdout}`);
    console.error('run: npm run check-dist; git add --all dist');
    process.exitCode = 1;
  } else {
    console.log('dist is what the sources make');
  }
}
