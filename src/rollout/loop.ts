/** The only loop: look, decide, carry out, sleep until something can have changed. */
import { CallError } from '../core/errors.ts';
import type { CouldNotLook, Look } from '../core/observation.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Plan } from '../core/plan.ts';
import { begin, type Command, decide, type State } from '../core/rollout.ts';
import { carryOut } from './execute.ts';
import { createMailbox } from './mailbox.ts';
import { ABORTED, untilAborted } from './until-aborted.ts';
import type { World } from './world.ts';

const LONGEST_BACK_OFF_MS = 30_000;

/** Runs a rollout to its end, from its begin or from a state that is known. Rejects only on a bug: what goes wrong outside is in the outcome. */
export async function runRollout(plan: Plan, world: World, from: State = begin(world.clock.now())): Promise<Outcome> {
  const { clock, cancelled } = world;
  const mailbox = createMailbox();
  const over = new AbortController();
  let state = from;
  let seen: Look | CouldNotLook | undefined;
  let blindLooks = 0;
  let nextPollAt = clock.now();
  let said = '';

  try {
    for (;;) {
      const polledAt = clock.now();
      if (seen === undefined || polledAt >= nextPollAt) {
        seen = await look(world, seen);
        blindLooks = 'couldNotLook' in seen ? blindLooks + 1 : 0;
        nextPollAt = polledAt + pause(world, blindLooks);
      }
      const at = clock.now();
      const decision = decide(plan, state, { at, look: seen, ...mailbox.empty(), cancelled: cancelled.aborted });
      state = decision.state;
      if (decision.reason !== said) {
        said = decision.reason;
        world.tell({ kind: 'decision', at, reason: decision.reason, orders: decision.commands.map(orderName) });
      }
      if (decision.outcome !== undefined) return decision.outcome;
      tellAsked(plan, state, at, world);
      for (const command of decision.commands) await carryOut(command, plan, world, mailbox, over.signal);
      await sleepUntil(Math.min(nextPollAt, decision.wakeAt ?? nextPollAt), world, mailbox.somethingCame(), state);
    }
  } finally {
    over.abort();
  }
}

/** One look. When the workflow is cancelled meanwhile, what was seen before must do: an order must not wait for a slow answer. */
async function look(world: World, before: Look | CouldNotLook | undefined): Promise<Look | CouldNotLook> {
  const { rollout, clock, cancelled, tell } = world;
  const looking = rollout.look().then(
    (seen) => {
      tell({ kind: 'look', at: clock.now(), look: seen });
      return seen;
    },
    (error: unknown): CouldNotLook => {
      if (!(error instanceof CallError)) throw error;
      tell({ kind: 'blind', at: clock.now(), problem: error.message });
      return { couldNotLook: error.message, forGood: error.failure === 'credentials' || error.failure === 'denied' };
    },
  );
  if (before === undefined || cancelled.aborted) return looking;
  const seen = await untilAborted(looking, cancelled);
  return seen === ABORTED ? before : seen;
}

/** Once a stand: the moment at which a person is asked. */
function tellAsked(plan: Plan, { stand }: State, at: number, { tell }: World): void {
  const step = stand?.askedAt === at ? plan.steps[stand.step] : undefined;
  if (step !== undefined) tell({ kind: 'asked', at, step, until: at + plan.waitForApprovalMs });
}

/** Steady while AWS answers; doubling with jitter up to half a minute while it does not. */
function pause(world: World, blindLooks: number): number {
  if (blindLooks === 0) return world.pollMs;
  const backOff = Math.min(LONGEST_BACK_OFF_MS, world.pollMs * 2 ** blindLooks);
  return Math.max(world.pollMs, backOff * (0.5 + world.random() / 2));
}

async function sleepUntil(at: number, world: World, somethingCame: AbortSignal, state: State): Promise<void> {
  const ms = at - world.clock.now();
  if (ms <= 0) return;
  // A cancellation wakes the loop once: afterwards the rollback is on its way and the poll is soon enough.
  const wake = state.turningBack === undefined ? [somethingCame, world.cancelled] : [somethingCame];
  await world.clock.sleep(ms, AbortSignal.any(wake));
}

function orderName(command: Command): string {
  return command.kind;
}
