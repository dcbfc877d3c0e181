import { Refusal } from './refusal.ts';

/** Named as in a workflow's `permissions`, underscores for hyphens as the API writes them. */
export type Permission = 'checks' | 'deployments' | 'issues' | 'pull_requests' | 'contents' | 'metadata';
export type Level = 'none' | 'read' | 'write';

/** A GitHub App as far as its answers show it. */
export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
}

/** Whose token GITHUB_TOKEN is. */
export const ACTIONS: App = { id: 15368, slug: 'github-actions', name: 'GitHub Actions' };

export type Token =
  /** Of an app's installation; GITHUB_TOKEN is one. What is not named is `none`. */
  | {
      readonly kind: 'installation';
      readonly app: App;
      readonly permissions: Readonly<Partial<Record<Permission, Level>>>;
    }
  /** A person's classic token with the scope `repo`: it may do all but checks. */
  | { readonly kind: 'classic'; readonly login: string };

/** What GITHUB_TOKEN has when a workflow asks for all that Greenlight uses. */
export const ALL_PERMISSIONS: Readonly<Partial<Record<Permission, Level>>> = {
  checks: 'write',
  deployments: 'write',
  issues: 'write',
  pull_requests: 'write',
  contents: 'read',
  metadata: 'read',
};

type Need = readonly [Permission, Level];

/** Any one of them is enough. https://docs.github.com/rest/authentication/permissions-required-for-github-apps */
const NEEDS: Readonly<Record<string, readonly Need[]>> = {
  'checks/create': [['checks', 'write']],
  'checks/get': [['checks', 'read']],
  'checks/update': [['checks', 'write']],
  'checks/list-for-ref': [['checks', 'read']],
  'repos/create-deployment': [['deployments', 'write']],
  'repos/list-deployments': [['deployments', 'read']],
  'repos/create-deployment-status': [['deployments', 'write']],
  'repos/list-deployment-statuses': [['deployments', 'read']],
  'repos/list-pull-requests-associated-with-commit': [['pull_requests', 'read']],
  'pulls/list-files': [['pull_requests', 'read']],
  'issues/list-comments': [
    ['issues', 'read'],
    ['pull_requests', 'read'],
  ],
  'issues/get-comment': [
    ['issues', 'read'],
    ['pull_requests', 'read'],
  ],
  'issues/create-comment': [
    ['issues', 'write'],
    ['pull_requests', 'write'],
  ],
  'issues/update-comment': [
    ['issues', 'write'],
    ['pull_requests', 'write'],
  ],
};

const LEVELS: readonly Level[] = ['none', 'read', 'write'];

/** The value of X-Accepted-GitHub-Permissions: "issues=write; pull_requests=write"; undefined where none is needed. */
export function acceptedPermissions(operation: string): string | undefined {
  return NEEDS[operation]?.map(([permission, level]) => `${permission}=${level}`).join('; ');
}

/** Throws the Refusal that GitHub gives when the token may not do this. */
export function checkPermission(token: Token, operation: string): void {
  const isCheck = operation.startsWith('checks/') && acceptedPermissions(operation) === 'checks=write';
  if (token.kind === 'classic') {
    if (isCheck) throw new Refusal(403, 'You must authenticate via a GitHub App.');
    return;
  }
  const needs = NEEDS[operation];
  const has = ([permission, level]: Need) =>
    LEVELS.indexOf(token.permissions[permission] ?? 'none') >= LEVELS.indexOf(level);
  if (needs && !needs.some(has)) throw new Refusal(403, 'Resource not accessible by integration');
}
