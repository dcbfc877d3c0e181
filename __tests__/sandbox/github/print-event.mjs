// Stands for an action: prints what the runner tells it of GitHub.
import { readFileSync } from 'node:fs';

const names = ['API_URL', 'BASE_REF', 'EVENT_NAME', 'HEAD_REF', 'REF', 'REPOSITORY', 'RUN_ID', 'SERVER_URL', 'SHA'];
const seen = Object.fromEntries(names.map((name) => [`GITHUB_${name}`, process.env[`GITHUB_${name}`]]));
const payload = JSON.parse(readFileSync(process.env.GITHUB_EVENT_PATH, 'utf8'));
console.log(JSON.stringify({ ...seen, payload }));
