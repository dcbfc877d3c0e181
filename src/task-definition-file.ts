import type { JsonObject } from './core/json.ts';

/**
 * The task definition in a JSON or YAML file, as RegisterTaskDefinition takes it (a whole answer of
 * DescribeTaskDefinition is unwrapped). Rejects with FaultsFound, subject `task-definition`.
 */
export declare function readTaskDefinitionFile(path: string): Promise<JsonObject>;
