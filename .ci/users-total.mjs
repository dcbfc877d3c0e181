/**
 * Prints "users' requests over all stories: N, failed: M" from the lines that the stories left (__tests__/e2e/support/totals.ts).
 * Exits 1 when a request failed, or when they are fewer than LEAST: a zero among few says little. Stories that make failures on
 * purpose say why; theirs are told apart and count neither way.
 *
 *   node .ci/users-total.mjs FILE LEAST
 */
import { existsSync, readFileSync } from 'node:fs';

const [file, least] = process.argv.slice(2);
const lines = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
const totals = lines.map((line) => JSON.parse(line));
const sum = (stories, name) => stories.reduce((all, story) => all + story[name], 0);

const onPurpose = totals.filter(({ failuresBecause }) => failuresBecause !== undefined);
const others = totals.filter(({ failuresBecause }) => failuresBecause === undefined);
const requests = sum(others, 'requests');
const failed = sum(others, 'failed');
for (const story of others.filter(({ failed: some }) => some > 0)) {
  console.log(`${story.story}: ${story.failed} of ${story.requests} requests failed`);
}
for (const story of onPurpose) {
  console.log(`not counted: ${story.failed} of ${story.requests} requests of ${story.story}: ${story.failuresBecause}`);
}
console.log(`users' requests over all stories: ${requests}, failed: ${failed}`);
if (requests < Number(least)) console.log(`that is fewer than ${least}`);
process.exitCode = failed > 0 || requests < Number(least) ? 1 : 0;
