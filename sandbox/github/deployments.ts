/** https://docs.github.com/rest/deployments/deployments and …/statuses */
import { type Call, callerOf, type Handler, text } from './call.ts';
import { pageOf } from './paging.ts';
import { notFound, Refusal, validationFailed } from './refusal.ts';
import { deploymentStatusView, deploymentView } from './views.ts';
import { type DeploymentState, type DeploymentStatusState, resolveRef, type World } from './world.ts';

const DESCRIPTION_LIMIT = 140;

const create: Handler = (call) => {
  const { world, body } = call;
  const ref = text(call, 'ref') ?? '';
  const sha = resolveRef(world, ref);
  if (sha === undefined) throw new Refusal(422, `No ref found for: ${ref}`);
  checkDescription('Deployment', text(call, 'description'));
  // "If the ref is behind the default branch for the repository, we will attempt to merge it for you."
  if (body['auto_merge'] !== false && world.behind.has(sha)) {
    world.behind.delete(sha);
    return { status: 202, body: { message: `Auto-merged ${world.defaultBranch} into ${ref} on deployment.` } };
  }
  checkContexts(world, ref, sha, body['required_contexts'] as readonly string[] | undefined);
  const environment = text(call, 'environment') ?? 'production';
  const made: DeploymentState = {
    id: world.nextId(),
    sha,
    ref,
    task: text(call, 'task') ?? 'deploy',
    payload: body['payload'] ?? {},
    environment,
    description: text(call, 'description') ?? null,
    isTransient: body['transient_environment'] === true,
    isProduction: (body['production_environment'] as boolean | undefined) ?? environment === 'production',
    author: callerOf(call),
    createdAt: call.now,
    statuses: [],
  };
  world.deployments.set(made.id, made);
  return { status: 201, body: deploymentView(world, made), headers: { location: `${call.url}/${made.id}` } };
};

const list: Handler = ({ world, query, url }) => {
  const all = [...world.deployments.values()]
    .filter((one) => query['sha'] === undefined || one.sha === query['sha'])
    .filter((one) => query['ref'] === undefined || one.ref === query['ref'])
    .filter((one) => query['task'] === undefined || one.task === query['task'])
    .filter((one) => query['environment'] === undefined || one.environment === query['environment'])
    .reverse();
  const { items, link } = pageOf(all, url, query);
  return {
    status: 200,
    body: items.map((one) => deploymentView(world, one)),
    ...(link === undefined ? {} : { headers: { link } }),
  };
};

const createStatus: Handler = (call) => {
  const { world, body, now } = call;
  const of = find(world, call);
  checkDescription('DeploymentStatus', text(call, 'description'));
  const status: DeploymentStatusState = {
    id: world.nextId(),
    state: text(call, 'state') ?? '',
    description: text(call, 'description') ?? '',
    environment: text(call, 'environment') ?? of.statuses.at(-1)?.environment ?? of.environment,
    environmentUrl: text(call, 'environment_url') ?? '',
    // "log_url … replaces target_url. We will continue to accept target_url".
    logUrl: text(call, 'log_url') ?? text(call, 'target_url') ?? '',
    author: callerOf(call),
    createdAt: now,
  };
  of.statuses.push(status);
  if (status.state === 'success' && body['auto_inactive'] !== false) retire(call, of, status);
  return {
    status: 201,
    body: deploymentStatusView(world, of, status),
    headers: { location: `${call.url}/${status.id}` },
  };
};

const listStatuses: Handler = (call) => {
  const of = find(call.world, call);
  const { items, link } = pageOf([...of.statuses].reverse(), call.url, call.query);
  return {
    status: 200,
    body: items.map((one) => deploymentStatusView(call.world, of, one)),
    ...(link === undefined ? {} : { headers: { link } }),
  };
};

/** "Adds a new inactive status to all prior non-transient, non-production environment deployments … that had a success state." */
function retire(call: Call, of: DeploymentState, because: DeploymentStatusState): void {
  for (const prior of call.world.deployments.values()) {
    const last = prior.statuses.at(-1);
    const isSame = (last?.environment ?? prior.environment) === because.environment;
    if (prior.id >= of.id || !isSame || prior.isTransient || prior.isProduction || last?.state !== 'success') continue;
    prior.statuses.push({ ...last, id: call.world.nextId(), state: 'inactive', description: '', createdAt: call.now });
  }
}

/** Without `required_contexts` everything that was ever said of the commit has to be a success, running jobs included. */
function checkContexts(world: World, ref: string, sha: string, required: readonly string[] | undefined): void {
  const runs = [...world.checkRuns.values()].filter((run) => run.headSha === sha);
  const contexts = (required ?? [...new Set(runs.map(({ name }) => name))]).map((context) => {
    const run = runs.findLast(({ name }) => name === context);
    return { context, state: run === undefined || run.status !== 'completed' ? 'pending' : (run.conclusion ?? '') };
  });
  if (contexts.every(({ state }) => ['success', 'neutral', 'skipped'].includes(state))) return;
  throw new Refusal(409, `Conflict: Commit status checks failed for ${ref}.`, {
    errors: [{ contexts, resource: 'Deployment', field: 'required_contexts', code: 'invalid' }],
  });
}

function checkDescription(resource: string, description: string | undefined): void {
  if ([...(description ?? '')].length <= DESCRIPTION_LIMIT) return;
  const message = `description is too long (maximum is ${DESCRIPTION_LIMIT} characters)`;
  throw validationFailed({ resource, code: 'custom', field: 'description', message });
}

function find(world: World, { params }: Call): DeploymentState {
  const found = world.deployments.get(Number(params['deployment_id']));
  if (found === undefined) throw notFound();
  return found;
}

export const deploymentHandlers: Readonly<Record<string, Handler>> = {
  'repos/create-deployment': create,
  'repos/list-deployments': list,
  'repos/create-deployment-status': createStatus,
  'repos/list-deployment-statuses': listStatuses,
};
