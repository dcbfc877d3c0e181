import { type EventFixture, requestedAction } from './events.ts';
import { ACTIONS } from './tokens.ts';
import { resolveRef, type World } from './world.ts';

export interface PressedButton {
  /** The app that is told of it: the one that made the check run, and no other. */
  readonly app: string;
  /**
   * Whether a workflow with `on: check_run` starts: "this event does not trigger workflows if the check run's check suite
   * was created by GitHub Actions".
   */
  readonly startsWorkflow: boolean;
  readonly event: EventFixture;
}

/** Throws when GitHub shows no such button: buttons are there once the run is completed. */
export function press(world: World, checkRun: number, identifier: string): PressedButton {
  const run = world.checkRuns.get(checkRun);
  if (run === undefined) throw new Error(`there is no check run ${checkRun}`);
  if (run.status !== 'completed')
    throw new Error(`check run ${checkRun} is ${run.status}: its buttons are shown once it is completed`);
  if (!run.actions.some((action) => action.identifier === identifier)) {
    const shown = run.actions.map((action) => action.identifier).join(', ') || 'none';
    throw new Error(`check run ${checkRun} has no button ${identifier}; it has ${shown}`);
  }
  return {
    app: run.app.slug,
    startsWorkflow: run.app.id !== ACTIONS.id,
    event: requestedAction(
      { ...world, defaultSha: resolveRef(world, world.defaultBranch) },
      { identifier, checkRun: run },
    ),
  };
}
