import { CallError } from '../core/errors.ts';
import type { Plan } from '../core/plan.ts';
import type { Command } from '../core/rollout.ts';
import type { Mailbox } from './mailbox.ts';
import type { World } from './world.ts';

/**
 * Carries one command out. Orders to the engine are awaited; looks through gates and for deaths go on in the background
 * and come back through the mailbox, so that a slow smoke test never hides a rollback from the loop.
 */
export async function carryOut(
  command: Command,
  plan: Plan,
  world: World,
  mailbox: Mailbox,
  over: AbortSignal,
): Promise<void> {
  switch (command.kind) {
    case 'advance':
      return order(world, mailbox, () => world.rollout.advance(command.pauseId, command.to));
    case 'turn-back':
      return order(world, mailbox, () => world.rollout.turnBack(command.pauseId));
    case 'keep':
      return keep(world, command.until);
    case 'evaluate':
      return evaluateInBackground(command, plan, world, mailbox, over);
    case 'look-for-deaths':
      return lookForDeathsInBackground(world, mailbox);
  }
}

/** An order that passing trouble swallowed is given again by the next decisions; one that AWS refuses is told to them. */
async function order(world: World, mailbox: Mailbox, give: () => Promise<void>): Promise<void> {
  try {
    await give();
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    world.tell({ kind: 'order-failed', at: world.clock.now(), problem: error.message });
    if (!error.isPassing) mailbox.refused(error.message);
  }
}

/** Good to have: without it the rollout goes on, and only who finds it without us may think that nobody cares. */
async function keep(world: World, until: number): Promise<void> {
  try {
    await world.rollout.keepUntil(until);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    world.tell({ kind: 'order-failed', at: world.clock.now(), problem: error.message });
  }
}

function evaluateInBackground(
  { gate: index, step: stepIndex, since, holdEndsAt }: Extract<Command, { readonly kind: 'evaluate' }>,
  plan: Plan,
  world: World,
  mailbox: Mailbox,
  over: AbortSignal,
): void {
  const gate = plan.gates[index];
  const step = plan.steps[stepIndex];
  if (gate === undefined || step === undefined)
    throw new RangeError(`the plan has no gate ${index} or no step ${stepIndex}`);
  void world.evaluate(gate, step, over, { since, holdEndsAt }).then(({ evidence, ...seen }) => {
    if (over.aborted) return;
    const at = world.clock.now();
    const { verdict, sentence } = seen;
    const grounds = evidence === undefined ? {} : { evidence };
    world.tell({
      kind: 'reading',
      at,
      gate,
      step,
      verdict,
      sentence,
      isOnTheWay: holdEndsAt === Number.POSITIVE_INFINITY,
      ...grounds,
    });
    mailbox.reading({ gate: index, step: stepIndex, at, ...seen });
  }, mailbox.bug);
}

function lookForDeathsInBackground(world: World, mailbox: Mailbox): void {
  void world.deaths().then(
    (deaths) => {
      world.tell({ kind: 'deaths', at: world.clock.now(), deaths });
      mailbox.deaths(deaths);
    },
    (error: unknown) => {
      // Deaths are looked for again soon; why they could not be seen matters only to who reads the log.
      if (error instanceof CallError)
        world.tell({ kind: 'order-failed', at: world.clock.now(), problem: error.message });
      else mailbox.bug(error);
    },
  );
}
