/** Guests of examples/django, who book tables as a browser does: the page with its cookie, the form with its token, the receipt. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadCount } from '../../../sandbox/load/load.ts';

export interface Booking {
  readonly name: string;
  /** Path of the receipt. */
  readonly receipt: string;
  /** Heading over the free tables, by which a version is known. */
  readonly heading: string;
}

export interface Guests {
  readonly booked: readonly Booking[];
  /** Requests of all guests, failed when answered by anything but what a guest wants to see. */
  count(): LoadCount;
  /** Resolves when so many tables were booked in all, or something went wrong. */
  reached(bookings: number): Promise<void>;
  /** Lets those who are at it finish. Safe to repeat. */
  stop(): Promise<LoadCount>;
}

const SITTINGS = ['12:00', '13:30', '18:00', '20:00'];
const TABLES = 6;
const DAY_MS = 86_400_000;
/** A guest thinks about it. */
const PAUSE_MS = 100;

/** So many guests at once, each of whom books one table after the other, until stopped. */
export function startGuests(url: string, guests: number): Guests {
  const booked: Booking[] = [];
  const problems: string[] = [];
  const byStatus: Record<number, number> = {};
  let requests = 0;
  let failed = 0;
  let leaving = false;

  const ask = async (wanted: number, path: string, init: RequestInit = {}): Promise<Response> => {
    requests += 1;
    const answer = await fetch(new URL(path, url), { ...init, redirect: 'manual' });
    byStatus[answer.status] = (byStatus[answer.status] ?? 0) + 1;
    if (answer.status !== wanted)
      throw new Error(`${init.method ?? 'GET'} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  /** No two guests ever want the same table: the days of one are so far from those of another. */
  const book = async (guest: number, index: number): Promise<void> => {
    const day = 7 + guest * 1_000 + Math.floor(index / (SITTINGS.length * TABLES));
    const date = new Date(Date.now() + day * DAY_MS).toISOString().slice(0, 10);
    const page = await ask(200, `/?date=${date}`);
    const html = await page.text();
    const body = new URLSearchParams({
      csrfmiddlewaretoken: /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(html)?.[1] ?? '',
      name: `Guest ${guest}.${index}`,
      date,
      time: SITTINGS[index % SITTINGS.length] ?? '',
      guests: '2',
    });
    const cookie = page.headers.getSetCookie().map((line) => line.split(';')[0]);
    const answer = await ask(302, '/', { method: 'POST', body, headers: { cookie: cookie.join('; ') } });
    await answer.arrayBuffer();
    const receipt = answer.headers.get('location') ?? '';
    const name = body.get('name') ?? '';
    if (!(await (await ask(200, receipt)).text()).includes(`${name}, table `))
      throw new Error(`${receipt} is not of ${name}`);
    booked.push({ name, receipt, heading: /<h2>(.+?),/.exec(html)?.[1] ?? '' });
  };
  const visit = async (guest: number): Promise<void> => {
    for (let index = 0; !leaving; index += 1) {
      await book(guest, index).catch((error: unknown) => {
        failed += 1;
        if (problems.length < 5) problems.push(error instanceof Error ? error.message : String(error));
      });
      await sleep(PAUSE_MS);
    }
  };
  const all = Promise.all(Array.from({ length: guests }, (_, guest) => visit(guest)));
  const count = (): LoadCount => ({ requests, failed, byStatus, problems });
  return {
    booked,
    count,
    async reached(bookings) {
      while (booked.length < bookings && failed === 0) await sleep(PAUSE_MS);
    },
    async stop() {
      leaving = true;
      await all;
      return count();
    },
  };
}
