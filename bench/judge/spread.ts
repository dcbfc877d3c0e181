/** The work on all cores: one process each, that asks for the next piece when it has done one. */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Answer, type Piece, worked } from './work.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/**
 * The answers in the order of the pieces, whoever did them. Processes and not threads: a thread of Node 20 does not
 * inherit the loader that reads TypeScript. With one core, or one piece, the work is done here.
 */
export async function spread(pieces: readonly Piece[], done: (count: number) => void = () => {}): Promise<Answer[]> {
  const workers = Math.min(availableParallelism(), pieces.length);
  if (workers < 2) {
    return pieces.map((piece, index) => {
      const answer = worked(piece);
      done(index + 1);
      return answer;
    });
  }
  const answers: Answer[] = [];
  let next = 0;
  let count = 0;
  /** Gives a worker piece after piece, until there is none left. */
  const employ = (worker: ChildProcess) =>
    new Promise<void>((resolve, reject) => {
      let index = -1;
      const give = () => {
        index = next++;
        const piece = pieces[index];
        if (piece === undefined) resolve();
        else worker.send(piece);
      };
      worker.on('message', (answer: Answer) => {
        answers[index] = answer;
        count += 1;
        done(count);
        give();
      });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`a worker of the bench ended with ${code} before it was done`)));
      give();
    });
  const employed = Array.from({ length: workers }, () => fork(WORKER));
  try {
    await Promise.all(employed.map(employ));
  } finally {
    for (const worker of employed) worker.kill();
  }
  return answers;
}
