/** The entry that the runner starts: for the main step, and through post.ts for what is left to follow afterwards. */
import { enter, leave } from './entry.ts';
import { main } from './main.ts';

const entry = enter(process.env);
// The runner gives a step's state to its post step alone.
const kept = process.env['STATE_rollout'];
leave(
  kept === undefined || kept === ''
    ? main(entry.job, entry.ports).then(({ exitCode }) => exitCode)
    : import('./afterwards.ts').then(({ afterwards }) =>
        afterwards({ rollout: kept, github: process.env['STATE_github'] ?? '' }, entry.job, entry.ports),
      ),
  entry,
);
