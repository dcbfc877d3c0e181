/** The entry that the runner starts: for the main step, and through post.ts for what is left to follow afterwards. */
import { enter, leave } from './entry.ts';
import { main } from './main.ts';

const entry = enter(process.env);
// The runner gives a step's state to its post step alone.
const { STATE_rollout: rollout = '', STATE_ended: ended = '', STATE_github: github = '' } = process.env;
leave(
  rollout === '' && github === ''
    ? main(entry.job, entry.ports).then(({ exitCode }) => exitCode)
    : import('./afterwards.ts').then(({ afterwards }) =>
        afterwards({ rollout, ended, github }, entry.job, entry.ports),
      ),
  entry,
);
