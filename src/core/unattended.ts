import type { Look } from './observation.ts';

type EngineName = 'native' | 'taskset' | 'codedeploy';

/** What becomes of a rollout that no job looks after any more, in a sentence for the log. */
export function unattended(engine: EngineName, look: Look | undefined): string {
  switch (engine) {
    case 'native':
      return look?.share === 100 && look.movement !== 'waiting'
        ? 'ECS finishes it by itself'
        : 'a pause that nobody answers turns back by itself when it expires; between pauses ECS goes on by itself';
    case 'taskset':
      return 'it stays as it is, users included, until a job goes on or turns back';
    case 'codedeploy':
      return 'before the shift CodeDeploy stops it when its wait is over; a shift that has begun goes on by itself';
  }
}

/** How a person goes on, word for word: for a workflow and for a terminal with the same environment. */
export function howToGoOn(place: { readonly cluster: string; readonly service: string }): readonly string[] {
  const words = (command: string): string =>
    `INPUT_COMMAND=${command} INPUT_CLUSTER=${place.cluster} INPUT_SERVICE=${place.service} node dist/index.js`;
  return [
    `to go on: run this action with command: promote, cluster: ${place.cluster}, service: ${place.service} (to: 100 for all at once); in a terminal: ${words('promote')}`,
    `to turn back: the same with command: rollback; in a terminal: ${words('rollback')}`,
  ];
}
