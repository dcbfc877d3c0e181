/** https://docs.github.com/rest/checks/runs */
import { appOf, type Call, type Handler, text } from './call.ts';
import { pageOf } from './paging.ts';
import { invalidRequest, notFound, Refusal } from './refusal.ts';
import { checkRunView } from './views.ts';
import { type AnnotationState, type CheckRunState, resolveRef, suiteFor, type World } from './world.ts';

const TITLE_LIMIT = 255;
const LONG_LIMIT_BYTES = 64 * 1024;

const create: Handler = (call) => {
  const { world, now } = call;
  const app = appOf(call);
  const headSha = text(call, 'head_sha') ?? '';
  if (app === undefined) throw notFound();
  if (!/^[0-9a-f]{40}$/.test(headSha) || resolveRef(world, headSha) === undefined)
    throw new Refusal(422, `No commit found for SHA: ${headSha}`);
  const run: CheckRunState = {
    id: world.nextId(),
    app,
    suiteId: suiteFor(world, app, headSha),
    headSha,
    name: '',
    status: 'queued',
    conclusion: undefined,
    startedAt: now,
    completedAt: undefined,
    externalId: '',
    detailsUrl: undefined,
    output: undefined,
    annotations: [],
    actions: [],
  };
  Object.assign(run, changesBy(call, run));
  world.checkRuns.set(run.id, run);
  return { status: 201, body: checkRunView(world, run), headers: { location: `${call.url}/${run.id}` } };
};

const update: Handler = (call) => {
  const run = find(call.world, call.params['check_run_id']);
  if (appOf(call)?.id !== run.app.id)
    throw new Refusal(
      403,
      `Invalid app_id \`${run.app.id}\` - check run can only be modified by the GitHub App that created it.`,
    );
  Object.assign(run, changesBy(call, run));
  return { status: 200, body: checkRunView(call.world, run) };
};

const get: Handler = ({ world, params }) => ({
  status: 200,
  body: checkRunView(world, find(world, params['check_run_id'])),
});

const listForRef: Handler = ({ world, params, query, url }) => {
  const ref = params['ref'] ?? '';
  const sha = resolveRef(world, ref);
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${ref}`);
  const wanted = [...world.checkRuns.values()]
    .filter((run) => run.headSha === sha)
    .filter((run) => query['check_name'] === undefined || run.name === query['check_name'])
    .filter((run) => query['status'] === undefined || run.status === query['status'])
    .filter((run) => query['app_id'] === undefined || String(run.app.id) === query['app_id'])
    .reverse();
  const isNewest = (run: CheckRunState) =>
    wanted.find((one) => one.name === run.name && one.suiteId === run.suiteId) === run;
  const listed = query['filter'] === 'all' ? wanted : wanted.filter(isNewest);
  const { items, link } = pageOf(listed, url, query);
  return {
    status: 200,
    body: { total_count: listed.length, check_runs: items.map((run) => checkRunView(world, run)) },
    ...(link === undefined ? {} : { headers: { link } }),
  };
};

/** What the request makes of the run. Throws before anything is changed. */
function changesBy(call: Call, before: CheckRunState): Partial<CheckRunState> {
  const { body, now } = call;
  const output = body['output'] as CheckRunState['output'] & { annotations?: AnnotationState[] };
  const annotations = output?.annotations ?? [];
  checkOutput(output, annotations);
  return {
    ...progress(call, before, now),
    name: text(call, 'name') ?? before.name,
    externalId: text(call, 'external_id') ?? before.externalId,
    detailsUrl: text(call, 'details_url') ?? before.detailsUrl,
    startedAt: dateIn(call, 'started_at') ?? before.startedAt,
    output: output ? { title: output.title, summary: output.summary, text: output.text ?? undefined } : before.output,
    // "Each time you update the check run, annotations are appended".
    annotations: [...before.annotations, ...annotations],
    actions: (body['actions'] as CheckRunState['actions'] | undefined) ?? before.actions,
  };
}

function progress(
  call: Call,
  before: CheckRunState,
  now: number,
): Pick<CheckRunState, 'status' | 'conclusion' | 'completedAt'> {
  const status = text(call, 'status');
  const conclusion = text(call, 'conclusion');
  const completedAt = dateIn(call, 'completed_at');
  // "Required if you provide completed_at or a status of completed".
  if (conclusion === undefined && (status === 'completed' || completedAt !== undefined))
    throw invalidRequest([`"conclusion" wasn't supplied.`]);
  if (conclusion === 'stale') throw invalidRequest(['stale is set by GitHub alone.']);
  // "Providing conclusion will automatically set the status parameter to completed".
  if (conclusion !== undefined) return { status: 'completed', conclusion, completedAt: completedAt ?? now };
  if (status === undefined) return before;
  return { status: status as CheckRunState['status'], conclusion: undefined, completedAt: undefined };
}

function checkOutput(output: CheckRunState['output'] | undefined, annotations: readonly AnnotationState[]): void {
  // On an update the description leaves the title out of `required`, and says "**Required**" of it.
  if (output && typeof output.title !== 'string') throw invalidRequest([`"title" wasn't supplied.`]);
  const isLong = (value: string | undefined) => Buffer.byteLength(value ?? '') > LONG_LIMIT_BYTES;
  for (const one of annotations) {
    if ([...(one.title ?? '')].length > TITLE_LIMIT)
      throw invalidRequest([
        `Only ${TITLE_LIMIT} characters are allowed; ${[...(one.title ?? '')].length} were supplied.`,
      ]);
    if (isLong(one.message) || isLong(one.raw_details))
      throw invalidRequest(['an annotation has at most 64 KB of message and of raw_details.']);
    const hasColumns = one.start_column !== undefined || one.end_column !== undefined;
    if (hasColumns && one.start_line !== one.end_line)
      throw invalidRequest(['columns are only for annotations of one line.']);
  }
}

function dateIn(call: Call, member: string): number | undefined {
  const value = text(call, member);
  return value === undefined ? undefined : Date.parse(value);
}

function find(world: World, id: string | undefined): CheckRunState {
  const run = world.checkRuns.get(Number(id));
  if (run === undefined) throw notFound();
  return run;
}

export const checkRunHandlers: Readonly<Record<string, Handler>> = {
  'checks/create': create,
  'checks/update': update,
  'checks/get': get,
  'checks/list-for-ref': listForRef,
};
