/** https://docs.github.com/rest/commits/commits, …/pulls/pulls and …/issues/comments */
import { type Call, callerOf, type Handler, text } from './call.ts';
import { pageOf } from './paging.ts';
import { notFound, Refusal, validationFailed } from './refusal.ts';
import { commentView, fileView, pullRequestView } from './views.ts';
import { type CommentState, resolveRef } from './world.ts';

const BODY_LIMIT = 65_536;

/**
 * "Lists the merged pull request that introduced the commit to the repository. If the commit is not present in the default
 * branch, it will return merged and open pull requests associated with the commit."
 */
const listOfCommit: Handler = (call) => {
  const { world, params } = call;
  const asked = params['commit_sha'] ?? '';
  const sha = resolveRef(world, asked);
  const all = [...world.pullRequests.values()];
  const introducing = all.filter((one) => sha !== undefined && one.mergeSha === sha);
  const holding = all.filter((one) => one.commits.includes(sha ?? asked));
  if (sha === undefined && holding.length === 0) throw new Refusal(422, `No commit found for SHA: ${asked}`);
  const associated = holding.filter((one) => one.state === 'open' || one.mergeSha !== undefined);
  return page(call, introducing.length > 0 ? introducing : associated, (one) => pullRequestView(world, one));
};

const listFiles: Handler = (call) => {
  const one = call.world.pullRequests.get(Number(call.params['pull_number']));
  if (one === undefined) throw notFound();
  return page(call, one.files, (file) => fileView(call.world, one, file));
};

const listComments: Handler = (call) => {
  const { world, query } = call;
  const number = issueIn(call);
  const since = query['since'] === undefined ? 0 : Date.parse(String(query['since']));
  const all = [...world.comments.values()].filter((one) => one.issue === number && one.updatedAt >= since);
  return page(call, all, (one) => commentView(world, one));
};

const createComment: Handler = (call) => {
  const { world, now } = call;
  const comment: CommentState = {
    id: world.nextId(),
    issue: issueIn(call),
    author: callerOf(call),
    createdAt: now,
    body: bodyIn(call),
    updatedAt: now,
  };
  world.comments.set(comment.id, comment);
  const view = commentView(world, comment) as { readonly url: string };
  return { status: 201, body: view, headers: { location: view.url } };
};

const updateComment: Handler = (call) => {
  const comment = commentIn(call);
  comment.body = bodyIn(call);
  comment.updatedAt = call.now;
  return { status: 200, body: commentView(call.world, comment) };
};

const getComment: Handler = (call) => ({ status: 200, body: commentView(call.world, commentIn(call)) });

function page<T>(call: Call, all: readonly T[], view: (one: T) => object) {
  const { items, link } = pageOf(all, call.url, call.query);
  return { status: 200, body: items.map(view), ...(link === undefined ? {} : { headers: { link } }) };
}

/** "Every pull request is an issue"; there are no others here. */
function issueIn({ world, params }: Call): number {
  const number = Number(params['issue_number']);
  if (!world.pullRequests.has(number)) throw notFound();
  return number;
}

function commentIn({ world, params }: Call): CommentState {
  const comment = world.comments.get(Number(params['comment_id']));
  if (comment === undefined) throw notFound();
  return comment;
}

function bodyIn(call: Call): string {
  const body = text(call, 'body') ?? '';
  if (body.trim() === '') throw validationFailed({ resource: 'IssueComment', code: 'missing_field', field: 'body' });
  if ([...body].length > BODY_LIMIT)
    throw validationFailed({
      resource: 'IssueComment',
      code: 'unprocessable',
      field: 'data',
      message: `Body is too long (maximum is ${BODY_LIMIT} characters)`,
    });
  return body;
}

export const pullRequestHandlers: Readonly<Record<string, Handler>> = {
  'repos/list-pull-requests-associated-with-commit': listOfCommit,
  'pulls/list-files': listFiles,
  'issues/list-comments': listComments,
  'issues/create-comment': createComment,
  'issues/update-comment': updateComment,
  'issues/get-comment': getComment,
};
