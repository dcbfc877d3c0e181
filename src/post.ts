/** The entry that the runner starts after the job's steps, also when the main one was cancelled or killed. */
const { STATE_rollout: rollout, STATE_ended: ended } = process.env;

// The main step has seen its rollout to the end, or had none: nothing is loaded.
if (rollout !== undefined && rollout !== '' && (ended === undefined || ended === '')) await import('./index.ts');
