/** What is wrong, in the job's log. Loaded only by jobs that end so. */
import type { Request } from './core/config.ts';
import { type Fault, faultSentence } from './core/errors.ts';
import type { GitHubContext } from './core/github.ts';
import { placesOf } from './plan-places.ts';
import type { Log } from './ports.ts';

/**
 * One annotation a fault: they are read in a list, each under its subject. What is wrong with the file of the task definition stands on
 * its line there; of a plan it does in the check run already, or `at` says where. `asked` undefined: the inputs could not be read. Never rejects.
 */
export async function tellFaults(
  faults: readonly Fault[],
  asked: Request | undefined,
  { github, service }: { readonly github?: GitHubContext | undefined; readonly service: string },
  log: Log,
): Promise<void> {
  const config = asked?.command === 'deploy' ? asked.config : undefined;
  const isOfFile = (fault: Fault): boolean =>
    fault.subject === 'task-definition' && config?.taskDefinition.kind === 'file';
  const places =
    github !== undefined && faults.some(isOfFile)
      ? await placesOf({ service, config, workflowRef: undefined, github })
      : undefined;
  for (const fault of faults) {
    const title = ['Greenlight', service, fault.subject].filter((part) => part !== '').join(': ');
    log.error(faultSentence(fault), { title, ...(fault.at ?? (isOfFile(fault) ? places?.fault(fault) : {})) });
  }
}
