/** What GitHub is to be told, and what a button that somebody pressed there asks for. */
import type { GitHubContext, GitHubSettings } from './core/github.ts';
import { readButton } from './core/github-button.ts';
import { parseNameInEcs } from './core/service-name.ts';
import type { InputReader } from './inputs.ts';

/** `service` is the service's name: that of its environment, when no other is given. */
export function readGitHub(reader: InputReader, service: string): GitHubSettings {
  return { environment: readEnvironment(reader, service), environmentUrl: readEnvironmentUrl(reader) };
}

function readEnvironment(reader: InputReader, service: string): string | undefined {
  const name = reader.text('github-environment') || service;
  // https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
  if (name.length > 255 || name.includes('\n')) {
    return reader.fail(
      'github-environment',
      'is no name of an environment',
      'write one line of at most 255 characters, or none',
    );
  }
  return name === 'none' || name === '' ? undefined : name;
}

function readEnvironmentUrl(reader: InputReader): string | undefined {
  const text = reader.text('environment-url');
  if (text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  return reader.fail(
    'environment-url',
    `"${text.slice(0, 80)}" is no address of a page`,
    'write https://shop.example.com, or leave it out',
  );
}

/**
 * The inputs as a pressed button completes them: `command` left at deploy is the button's, `cluster` and `service` that are left out
 * are those of its check. What is given must say the same. Without a button the inputs are as they are.
 */
export function withButton(reader: InputReader, github: GitHubContext | undefined): InputReader {
  const event = github?.event;
  const command = reader.text('command');
  if (event?.kind !== 'requested-action' || command === 'status' || command === 'plan') return reader;
  const pressed = readButton(event);
  if ('problem' in pressed) {
    reader.fail('command', pressed.problem, "let the workflow begin only for Greenlight's own checks and buttons");
    // No button stands for a deployment: what one would need is not asked for.
    return { ...reader, text: (name) => (name === 'command' ? 'promote' : reader.text(name)) };
  }
  if (command !== '' && command !== 'deploy' && command !== pressed.command) {
    const fix = "leave command out: it is the button's";
    reader.fail('command', `${command} is given, and the button that was pressed is ${pressed.command}`, fix);
  }
  for (const kind of ['cluster', 'service'] as const) {
    const given = reader.text(kind);
    // A name that is none has a fault of its own.
    const name = parseNameInEcs(kind, given)?.name;
    if (name === undefined || name === pressed[kind]) continue;
    const fix = `leave it out, or let the workflow begin only for the check of ${name}`;
    reader.fail(kind, `${given} is given, and the button that was pressed is for ${pressed[kind]}`, fix);
  }
  const { cluster, service } = pressed;
  // A cluster that stands in the service's ARN is not given twice.
  const isClusterTold = parseNameInEcs('service', reader.text('service'))?.cluster !== undefined;
  const completed: Readonly<Record<string, string>> = {
    command: pressed.command,
    service: reader.text('service') || service,
    cluster: reader.text('cluster') || (isClusterTold ? '' : cluster),
  };
  return { ...reader, text: (name) => completed[name] ?? reader.text(name) };
}
