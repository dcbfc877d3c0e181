/** JSON as it is, for documents whose fields belong to AWS and not to us. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}
