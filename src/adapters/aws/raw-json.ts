import type { JsonObject } from '../../core/json.ts';

/**
 * The SDK writes and reads JSON by its own schema and drops every member that this version of it does not know.
 * A task definition or a deployment configuration must come through whole, also in what AWS adds next month, so these two
 * look past the schema: the command is sent by the client as ever (endpoint, retries, signature), only its body is ours.
 */
interface Stack {
  add(
    middleware: (next: (args: unknown) => Promise<unknown>) => (args: unknown) => Promise<unknown>,
    options: { readonly step: string; readonly name: string; readonly priority: string },
  ): void;
}

/** Sends `body` as the command's JSON body, members unknown to the SDK included. For AWS's JSON protocols only. */
export function withRawBody<C extends { readonly middlewareStack: unknown }>(command: C, body: JsonObject): C {
  stackOf(command).add(
    (next) => (args) => {
      (args as { request: { body: unknown } }).request.body = JSON.stringify(body);
      return next(args);
    },
    // Low priority: after the serializer has made the request, before length and signature are computed in later steps.
    { step: 'serialize', name: 'greenlightRawBody', priority: 'low' },
  );
  return command;
}

/** Reads the answer before the SDK's schema does: `answer()` gives its JSON whole once the command was sent. */
export function withRawAnswer<C extends { readonly middlewareStack: unknown }>(
  command: C,
): { readonly command: C; readonly answer: () => JsonObject } {
  let text = '{}';
  stackOf(command).add(
    (next) => async (args) => {
      const result = (await next(args)) as { response: { body: AsyncIterable<Uint8Array> | Uint8Array } };
      const bytes = await collect(result.response.body);
      text = new TextDecoder().decode(bytes);
      result.response.body = bytes;
      return result;
    },
    // Low priority: innermost, so that the deserializer still finds the body it expects.
    { step: 'deserialize', name: 'greenlightRawAnswer', priority: 'low' },
  );
  return { command, answer: () => JSON.parse(text) as JsonObject };
}

async function collect(body: AsyncIterable<Uint8Array> | Uint8Array): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Every command has this stack; the SDK's types of it are bound to the command's own input and output. */
function stackOf(command: { readonly middlewareStack: unknown }): Stack {
  return command.middlewareStack as Stack;
}
