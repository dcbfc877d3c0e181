/** What a job tells GitHub, and what GitHub has told it. Shapes only; how it is sent is an adapter's. */

/** Where and why the job runs, from GITHUB_* and the event's file. Nothing in it is trusted to be more than a name. */
export interface GitHubContext {
  readonly owner: string;
  readonly repository: string;
  /** The commit that is deployed or planned: GITHUB_SHA, for a pull request its head's. */
  readonly sha: string;
  /** The page of this run. */
  readonly runUrl: string;
  readonly event: GitHubEvent;
  /** This action as a workflow writes it, "example/greenlight@v1"; missing where the runner does not tell it for certain. */
  readonly action?: string;
}

export type GitHubEvent =
  | {
      readonly kind: 'pull-request';
      readonly number: number;
      /** The head is in another repository, and the run has its rights: none. With pull_request_target it has the base's. */
      readonly isFork: boolean;
    }
  /** Somebody pressed a button on a check run. */
  | {
      readonly kind: 'requested-action';
      readonly identifier: string;
      readonly externalId: string;
      /** Of the check run that the button is on. */
      readonly checkName: string;
    }
  /** push, workflow_dispatch, schedule, …: nothing of it is needed but its name. */
  | { readonly kind: 'other'; readonly name: string };

/** https://docs.github.com/en/rest/checks/runs */
export interface CheckRun {
  readonly name: string;
  readonly sha: string;
  readonly detailsUrl: string;
  /** At most 255 characters of ours, by which a pressed button is understood: "cluster/service". */
  readonly externalId: string;
  readonly status: 'in_progress' | 'completed';
  readonly conclusion: 'success' | 'failure' | 'cancelled' | 'action_required' | 'neutral' | undefined;
  readonly title: string;
  /** Markdown, at most 65,535 characters, the rest of the story in `text`. */
  readonly summary: string;
  readonly text: string | undefined;
  /** At most 50 are sent in one request. */
  readonly annotations: readonly Annotation[];
  /** Buttons: at most three, label 20, description 40, identifier 20 characters. */
  readonly actions: readonly { readonly label: string; readonly description: string; readonly identifier: string }[];
}

export interface Annotation {
  readonly path: string;
  readonly line: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  readonly message: string;
}

/** https://docs.github.com/en/rest/deployments/statuses */
export interface GitHubDeploymentStatus {
  readonly state: 'in_progress' | 'success' | 'failure' | 'error' | 'inactive' | 'queued' | 'pending';
  /** At most 140 characters. */
  readonly description: string;
  readonly logUrl: string;
  readonly environmentUrl: string | undefined;
}

/** What of GitHub's pages the user wants. */
export interface GitHubSettings {
  /** Undefined: no deployment is made. */
  readonly environment: string | undefined;
  /** Where the service is reached, http:// or https://. */
  readonly environmentUrl: string | undefined;
}
