import type { JsonObject } from './json.ts';

/** The stages of a lifecycle hook as ECS has it. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentLifecycleHook.html */
export function stagesOf(hook: JsonObject): readonly string[] {
  const stages = hook['lifecycleStages'];
  return Array.isArray(stages) ? stages.map(String) : [];
}
