/** The check of a deployment and its buttons: how they are named, and how a pressed one is understood. */
import type { CheckRun, GitHubEvent } from './github.ts';
import { parseNameInEcs } from './service-name.ts';

type Button = CheckRun['actions'][number] & { readonly identifier: 'promote' | 'rollback' };

/** At most three. GitHub allows 20 characters for label and identifier, 40 for the description. */
export const BUTTONS: readonly Button[] = [
  { label: 'Promote', description: 'Go on to the next step', identifier: 'promote' },
  { label: 'Roll back', description: 'All traffic back to stable', identifier: 'rollback' },
];

/** A service as a check run names it. */
export interface CheckedService {
  /** Names, also where the inputs were ARNs. */
  readonly cluster: string;
  readonly service: string;
}

export function checkedService(cluster: string, service: string): CheckedService {
  return { cluster: parseNameInEcs('cluster', cluster)?.name ?? cluster, service };
}

/** Services of several clusters may have one name, and GitHub shows only the newest check of a name. */
export function checkName({ cluster, service }: CheckedService): string {
  return `Greenlight: ${cluster === 'default' ? service : `${cluster}/${service}`}`;
}

export function externalIdOf({ cluster, service }: CheckedService): string {
  return `${cluster}/${service}`;
}

/** What was pressed; `problem` when the button is none of ours. */
export function readButton(
  event: Extract<GitHubEvent, { kind: 'requested-action' }>,
): (CheckedService & { readonly command: 'promote' | 'rollback' }) | { readonly problem: string } {
  const [cluster = '', service = '', ...more] = event.externalId.split('/');
  const isName = (kind: 'cluster' | 'service', name: string) => parseNameInEcs(kind, name) !== undefined;
  const isOurs =
    more.length === 0 &&
    isName('cluster', cluster) &&
    isName('service', service) &&
    event.checkName === checkName({ cluster, service });
  if (!isOurs) return { problem: `the button is on the check "${event.checkName}", which is none of Greenlight's` };
  const button = BUTTONS.find(({ identifier }) => identifier === event.identifier);
  if (button === undefined) return { problem: `the button "${event.identifier}" is not known` };
  return { command: button.identifier, cluster, service };
}
