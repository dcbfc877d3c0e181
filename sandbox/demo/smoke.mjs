// The demo's smoke test, as a team would have one: it buys something so many times from the version that has no users yet.
// Plain Node, because the action starts it as any command.

const ORDERS = 60;
const PAUSE_MS = 20;

const url = process.env.CANDIDATE_URL;
let refused = 0;
for (let order = 1; order <= ORDERS; order += 1) {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (!answer.ok) refused += 1;
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
console.log(`smoke test: ${ORDERS - refused} of ${ORDERS} orders went through`);
if (refused > 0) process.exitCode = 1;
