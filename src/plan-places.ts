/** Where in the repository faults and changes stand: paths and lines that GitHub's pages understand. Reads files, writes none. */
import { join } from 'node:path';
import type { Config } from './core/config.ts';
import { fieldOf } from './core/plan-report.ts';
import { inputNames } from './inputs.ts';
import { definitionLines, inputLine, workflowPath } from './plan-lines.ts';
import { type Checkout, type RepositoryFile, repositoryFile } from './plan-repository.ts';
import type { Place, Places } from './report/plan-places.ts';

export interface Whereabouts extends Checkout {
  /** The service's name, by which its step is found in the workflow. */
  readonly service: string;
  /** Undefined: the inputs could not be read. */
  readonly config: Config | undefined;
  readonly workflowRef?: string | undefined;
}

/** Never rejects: what cannot be read, or is not of this repository, has no place. */
export async function placesOf({ service, config, workflowRef = '', ...checkout }: Whereabouts): Promise<Places> {
  const source = config?.taskDefinition;
  const found = source?.kind === 'file' ? await repositoryFile(source.path, checkout) : undefined;
  // What a step has rendered has lines that nobody finds.
  const definition = found?.state === 'untracked' ? undefined : found;
  const workflow = await workflowOf(workflowRef, checkout);
  let lineOf: ((keys: readonly string[]) => number | undefined) | undefined;
  const ofField = (keys: readonly string[]): number | undefined => {
    lineOf ??= definitionLines(definition?.text ?? '');
    return lineOf(keys);
  };
  const at = (file: RepositoryFile | undefined, line: number | undefined): Place | undefined =>
    file === undefined || line === undefined ? undefined : { path: file.path, line };
  return {
    fault(fault) {
      if (fault.subject !== 'task-definition' || definition === undefined) {
        const name = (inputNames as readonly string[]).includes(fault.subject) ? fault.subject : 'service';
        return at(workflow, workflow && inputLine(workflow.text, service, name));
      }
      // A file that cannot be read says on which line.
      const said = /\bline (\d+):/.exec(fault.problem)?.[1];
      return at(definition, said === undefined ? (ofField(fieldOf(fault)) ?? 1) : Number(said));
    },
    change: ({ keys, kind }) => at(definition, definition && ofField(kind === 'removed' ? keys.slice(0, -1) : keys)),
  };
}

async function workflowOf(workflowRef: string, checkout: Checkout): Promise<RepositoryFile | undefined> {
  const path = workflowPath(workflowRef);
  return path === undefined ? undefined : repositoryFile(join(checkout.workspace ?? '.', path), checkout);
}
