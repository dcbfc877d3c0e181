/** Which commit a rollout brings, for whoever finds it: the end of the words that say who began it. */

/** "example/shop/actions/runs/123 of octocat at 0123…"; `by` as it is where no commit is known. */
export function withCommit(by: string, sha: string): string {
  return by === '' || !SHA.test(sha) ? by : `${by} at ${sha}`;
}

/** Undefined for words without a whole commit, also for those that a tag's length has cut. */
export function commitOfBy(by: string | undefined): string | undefined {
  return / at ([0-9a-f]{40,64})$/.exec(by ?? '')?.[1];
}

const SHA = /^[0-9a-f]{40,64}$/;
