/** The entry that the runner starts. */
import { enter, leave } from './entry.ts';
import { main } from './main.ts';

const entry = enter(process.env);
leave(
  main(entry.job, entry.ports).then(({ exitCode }) => exitCode),
  entry,
);
