/** The entry that the runner starts after the job's steps, also when the main one was cancelled or killed. */
const { STATE_rollout: rollout = '', STATE_ended: ended = '', STATE_github: github = '' } = process.env;

// The main step has seen its rollout to the end, or had none, and GitHub has been told: nothing is loaded.
if ((rollout !== '' && ended === '') || github !== '') await import('./index.ts');
