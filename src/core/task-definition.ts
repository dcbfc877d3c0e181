import type { Fault } from './errors.ts';
import type { JsonObject } from './json.ts';

/** What is to be different in the new revision. */
export interface TaskDefinitionChange {
  /** Undefined: the only essential container. */
  readonly container: string | undefined;
  /** Undefined: the image stays. */
  readonly image: string | undefined;
  readonly environment: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
}

export type RenderedTaskDefinition =
  | {
      /** Ready for RegisterTaskDefinition. */
      readonly definition: JsonObject;
      /** The container that was changed; undefined when nothing was to be changed in any. */
      readonly container: string | undefined;
    }
  | { readonly faults: readonly Fault[] };

/** The definition to register: `base` with the change, and without what only ECS may write. */
export declare function renderTaskDefinition(base: JsonObject, change: TaskDefinitionChange): RenderedTaskDefinition;

/** Whether registering `candidate` would give a revision that says the same as `registered`. */
export declare function sameDefinition(candidate: JsonObject, registered: JsonObject): boolean;
