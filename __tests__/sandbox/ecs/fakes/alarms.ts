import type { Alarms } from '../../../../sandbox/contracts.ts';

type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface FakeAlarms extends Alarms {
  put(name: string, state: State): void;
}

export function fakeAlarms(): FakeAlarms {
  const states = new Map<string, State>();
  const listeners = new Set<(name: string, state: State) => void>();
  return {
    state: (name) => states.get(name),
    onAlarm(fn) {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
    put(name, state) {
      states.set(name, state);
      for (const fn of listeners) fn(name, state);
    },
  };
}
