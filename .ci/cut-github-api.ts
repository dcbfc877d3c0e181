/**
 * Cuts GitHub's own OpenAPI description to what is spoken here: the sandbox's GitHub holds every request and answer against
 * it. The whole is `generated/api.github.com.json` of the npm package @octokit/openapi (13 MB), unpacked anywhere:
 *
 *   npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
 *   npx tsx .ci/cut-github-api.ts package/generated/api.github.com.json
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Methods by path. */
export const PATHS: Readonly<Record<string, readonly string[]>> = {
  '/repos/{owner}/{repo}/check-runs': ['post'],
  '/repos/{owner}/{repo}/check-runs/{check_run_id}': ['get', 'patch'],
  '/repos/{owner}/{repo}/commits/{ref}/check-runs': ['get'],
  '/repos/{owner}/{repo}/deployments': ['get', 'post'],
  '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses': ['get', 'post'],
  '/repos/{owner}/{repo}/commits/{commit_sha}/pulls': ['get'],
  '/repos/{owner}/{repo}/issues/{issue_number}/comments': ['get', 'post'],
  '/repos/{owner}/{repo}/issues/comments/{comment_id}': ['get', 'patch'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/files': ['get'],
  '/rate_limit': ['get'],
};

/** Events that start a workflow with our action in it, as `x-webhooks` calls them. `schedule` is no webhook. */
export const WEBHOOKS: readonly string[] = [
  'push',
  'pull-request-opened',
  'pull-request-synchronize',
  'pull-request-closed',
  'workflow-dispatch',
  'check-run-requested-action',
];

interface Described {
  readonly openapi: string;
  readonly info: object;
  readonly servers?: unknown;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly 'x-webhooks': Readonly<Record<string, unknown>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Of no use for checking, and most of the bulk. */
const LEFT_OUT = new Set(['example', 'examples', 'x-github', 'x-octokit', 'x-github-breaking-changes', 'tags']);

/** The REST description without anything that PATHS does not lead to. Throws when GitHub no longer has one of them. */
export function cutApi(whole: Described): object {
  const paths = Object.fromEntries(
    Object.entries(PATHS).map(([path, methods]) => [
      path,
      Object.fromEntries(methods.map((method) => [method, known(whole.paths[path]?.[method], `${method} ${path}`)])),
    ]),
  );
  return withComponents(whole, paths);
}

/** The events as a description of its own: each a path `/push` that is posted to. */
export function cutWebhooks(whole: Described): object {
  const paths = Object.fromEntries(
    WEBHOOKS.map((name) => [`/${name}`, known(whole['x-webhooks'][name], `webhook ${name}`)]),
  );
  return withComponents(whole, paths);
}

function withComponents(whole: Described, paths: Readonly<Record<string, unknown>>): object {
  const components: Record<string, Record<string, unknown>> = {};
  const clean = (value: unknown, areNames = false): unknown => {
    if (Array.isArray(value)) return value.map((one) => clean(one));
    if (typeof value !== 'object' || value === null) return value;
    // What stands in `properties` are names of members: one may well be called "tags".
    const kept = Object.entries(value).filter(([key]) => areNames || !LEFT_OUT.has(key));
    return Object.fromEntries(
      kept.map(([key, one]) => [
        key,
        key === '$ref' && typeof one === 'string' ? taken(one) : clean(one, !areNames && key === 'properties'),
      ]),
    );
  };
  const taken = (ref: string): string => {
    const [, kind = '', name = ''] = /^#\/components\/([^/]+)\/([^/]+)$/.exec(ref) ?? [];
    const found = known(whole.components[kind]?.[name], ref);
    const ofKind = components[kind] ?? {};
    components[kind] = ofKind;
    if (!(name in ofKind)) {
      // Before what is in it, which may lead back to it.
      ofKind[name] = undefined;
      ofKind[name] = clean(found);
    }
    return ref;
  };
  const { openapi, info, servers } = whole;
  return { openapi, info, servers, paths: clean(paths), components };
}

function known(part: unknown, name: string): unknown {
  if (part === undefined) throw new Error(`GitHub's description has no ${name}`);
  return part;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , source] = process.argv;
  if (source === undefined) throw new Error('which description? Give the path of api.github.com.json');
  const whole = JSON.parse(readFileSync(source, 'utf8')) as Described;
  for (const [name, cut] of [
    ['api.github.com.json', cutApi(whole)],
    ['webhooks.github.com.json', cutWebhooks(whole)],
  ] as const) {
    const file = fileURLToPath(new URL(`../sandbox/github/${name}`, import.meta.url));
    writeFileSync(file, JSON.stringify(cut, undefined, 2));
    // In the form that the linter wants of every JSON file.
    const biome = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url));
    const { status, stderr } = spawnSync(biome, ['format', '--write', file], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`biome could not format ${file}: ${stderr}`);
  }
}
