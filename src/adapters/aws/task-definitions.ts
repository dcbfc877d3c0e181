import { CallError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { TaskDefinitions } from '../../ports.ts';
import { call } from './client.ts';
import type { Ecs } from './connections.ts';
import { withRawAnswer, withRawBody } from './raw-json.ts';

export function taskDefinitions(ecs: Ecs): TaskDefinitions {
  return {
    describe: (reference) =>
      call(`describe task definition ${reference}`, async () => {
        const { sdk, client } = await ecs();
        const { command, answer } = withRawAnswer(
          new sdk.DescribeTaskDefinitionCommand({ taskDefinition: reference, include: ['TAGS'] }),
        );
        try {
          await client.send(command);
        } catch (error) {
          // ECS has no code of its own for a family or revision that does not exist: a ClientException with this text.
          if (error instanceof Error && /unable to describe task definition/i.test(error.message)) return undefined;
          throw error;
        }
        const { taskDefinition, tags } = answer();
        if (taskDefinition === undefined) return undefined;
        return { definition: taskDefinition as JsonObject, tags: [...((tags ?? []) as readonly JsonObject[])] };
      }),

    register: (definition) => {
      const thing = `register task definition ${String(definition['family'])}`;
      return call(thing, async () => {
        const { sdk, client } = await ecs();
        const command = new sdk.RegisterTaskDefinitionCommand({ family: undefined, containerDefinitions: undefined });
        const answer = await client.send(withRawBody(command, definition));
        const arn = answer.taskDefinition?.taskDefinitionArn;
        if (arn === undefined) throw new CallError('server', '', `${thing}: the answer names no ARN`);
        return arn;
      });
    },
  };
}
