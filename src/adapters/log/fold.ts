/**
 * One fold of the runner's log. GitHub shows every group shut, and none can be opened later (https://github.com/actions/runner/issues/1036):
 * so the lines are kept until it is known how it ended. What went well is folded, under a title that says how long it took; what failed
 * stays open. Meanwhile a line now and then says that it goes on.
 */
import { elapsed } from '../../core/duration.ts';

export interface Fold {
  add(line: string): void;
  /** The second time it does nothing. */
  end(how: 'done' | 'failed' | 'left'): void;
}

export interface FoldOptions {
  readonly title: string;
  /** Longer it cannot take. */
  readonly atMostMs: number | undefined;
  /** Prints a line as it is. */
  readonly print: (line: string) => void;
  /** Prints lines shut away under a title. */
  readonly printFolded: (title: string, lines: readonly string[]) => void;
  /** Epoch or not, in milliseconds; only differences count. */
  readonly now: () => number;
  /** Until the first line that says that it goes on. The next come twice as late each, up to `quietMs * 4`. */
  readonly quietMs: number;
}

/** So many of a failure's last lines stay open, for what went wrong is among them; what is before is folded. */
const OPEN_LINES = 60;
/** What took no time to speak of. */
const NO_TIME_MS = 50;
const LONGEST_TITLE = 70;
const LONGEST_LAST_LINE = 110;

export function openFold({ title, atMostMs, print, printFolded, now, quietMs }: FoldOptions): Fold {
  const startedAt = now();
  const lines: string[] = [];
  let isOver = false;
  const name = clip(title, LONGEST_TITLE);

  const goesOn = (): void => {
    const limit = atMostMs === undefined ? 'so far' : `of at most ${elapsed(atMostMs)}`;
    const last = lines.findLast((line) => line.trim() !== '')?.trim();
    print(
      `${name}: ${elapsed(now() - startedAt)} ${limit}${last === undefined ? '' : `; ${clip(last, LONGEST_LAST_LINE)}`}`,
    );
  };
  let timer: NodeJS.Timeout;
  const wait = (ms: number): void => {
    timer = setTimeout(() => {
      goesOn();
      wait(Math.min(2 * ms, 4 * quietMs));
    }, ms);
    // Nobody stays up for this line alone.
    timer.unref();
  };
  wait(quietMs);

  return {
    add(line) {
      if (isOver) print(line);
      else lines.push(line);
    },
    end(how) {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      const ms = now() - startedAt;
      const took = tookText(ms);
      if (how === 'done') {
        const named = ms < NO_TIME_MS ? title : `${title} (${took})`;
        if (lines.length === 0) print(named);
        else printFolded(named, lines);
        return;
      }
      // The error that comes next says all.
      if (lines.length === 0) return;
      const what = how === 'failed' ? 'failed' : 'left';
      const before = lines.length > OPEN_LINES ? lines.slice(0, -OPEN_LINES) : [];
      if (before.length > 0) printFolded(`${title}: its first ${before.length} lines`, before);
      print(`${title}: ${what} after ${took}`);
      for (const line of lines.slice(before.length)) print(line);
    },
  };
}

/** "0.8 s", "42 s", "02:13". */
export function tookText(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 59_500 ? `${Math.round(ms / 1000)} s` : elapsed(ms);
}

function clip(text: string, length: number): string {
  const [first = ''] = text.split('\n');
  return first.length > length || first !== text ? `${first.slice(0, length - 1)}…` : first;
}
