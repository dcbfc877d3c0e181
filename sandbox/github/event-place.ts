import { repositoryShape, type Site } from './shapes.ts';
import { NO_COMMIT } from './views.ts';

export interface EventFixture {
  /** GITHUB_EVENT_NAME. */
  readonly name: string;
  /** The file at GITHUB_EVENT_PATH. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** GITHUB_SHA: for a pull request the merge that GitHub tries, not its head. */
  readonly sha: string;
  /** GITHUB_REF. */
  readonly ref: string;
  /** GITHUB_HEAD_REF, of pull requests alone. */
  readonly headRef?: string;
  /** GITHUB_BASE_REF, of pull requests alone. */
  readonly baseRef?: string;
}

/** Where it happened. A FakeGitHub's `world` is one. */
export interface EventPlace extends Partial<Site> {
  /** `example` unless told. */
  readonly owner?: string;
  /** `shop` unless told. */
  readonly repository?: string;
  /** `main` unless told. */
  readonly defaultBranch?: string;
  /** The default branch's last commit. */
  readonly defaultSha?: string | undefined;
  /** Who did it: `octocat` unless told. */
  readonly sender?: string;
  /** Epoch milliseconds; now unless told. */
  readonly now?: number;
}

/** With everything that was left out. */
export function placeOf(place: EventPlace) {
  return {
    owner: place.owner ?? 'example',
    repository: place.repository ?? 'shop',
    defaultBranch: place.defaultBranch ?? 'main',
    defaultSha: place.defaultSha ?? NO_COMMIT,
    sender: place.sender ?? 'octocat',
    apiUrl: place.apiUrl ?? 'https://api.github.com',
    serverUrl: place.serverUrl ?? 'https://github.com',
    now: place.now ?? Date.now(),
  };
}

export const repositoryOf = (at: ReturnType<typeof placeOf>) =>
  repositoryShape(at, { owner: at.owner, name: at.repository, defaultBranch: at.defaultBranch });
