import type { Config } from './core/config.ts';

/** What the job knows beside the inputs. */
export interface JobFacts {
  /** The commit (GITHUB_SHA); empty when unknown. */
  readonly sha: string;
  /** AWS_REGION, else AWS_DEFAULT_REGION; undefined when neither is set. */
  readonly region: string | undefined;
}

/**
 * The inputs as a Config. `read` gives an input's text by its name in action.yml, empty when it was not given;
 * `names` are the names of the INPUT_* variables of the environment. Rejects with FaultsFound: all faults at once.
 */
export declare function readConfig(
  read: (name: string) => string,
  names: readonly string[],
  facts: JobFacts,
): Promise<Config>;
