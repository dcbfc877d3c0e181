/** Counts what happens, and says how much of it happened in the last second: users come in bursts, one each second. */
export interface Rate {
  add(): void;
  perSecond(): number;
}

const SLOT_MS = 50;
const SLOTS = 1_000 / SLOT_MS;

export function createRate(nowMs: () => number = () => performance.now()): Rate {
  const slots: { at: number; count: number }[] = [];
  const slot = (): number => Math.floor(nowMs() / SLOT_MS);
  const forget = (before: number): void => {
    while (slots[0] !== undefined && slots[0].at <= before) slots.shift();
  };
  return {
    add() {
      const at = slot();
      const last = slots.at(-1);
      if (last?.at === at) last.count += 1;
      else slots.push({ at, count: 1 });
      forget(at - SLOTS);
    },
    perSecond() {
      forget(slot() - SLOTS);
      return slots.reduce((sum, { count }) => sum + count, 0);
    },
  };
}
