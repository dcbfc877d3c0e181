import { execFileSync, spawn } from 'node:child_process';

/** Whether a program is on the PATH. */
export function isInstalled(program: string, argument = '--version'): boolean {
  try {
    execFileSync(program, [argument], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Says once that something was not tested, and why. */
export const sayOnce = (line: string): void => void process.stderr.write(`${line}\n`);

/** Whether to test with Docker: when an engine answers, or when it must (CI); else one line says what is skipped. */
export function wantsDocker(what: string): boolean {
  if (process.env['GREENLIGHT_REQUIRE_DOCKER'] === '1' || isInstalled('docker', 'version')) return true;
  sayOnce(`skipped: ${what} (no Docker engine answers)`);
  return false;
}

/** Runs a program without blocking this process, in which the server that it talks to lives. */
export async function runProgram(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  input?: string | Buffer,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(program, [...args], { env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  return { code, ...output };
}

/** Runs the AWS CLI as a user has it; gives its JSON. Throws with what it printed when it fails. */
export async function aws(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Record<string, unknown>> {
  const own = { PATH: process.env['PATH'], HOME: process.env['HOME'], AWS_CONFIG_FILE: '/dev/null', AWS_PAGER: '' };
  const { code, stdout, stderr } = await runProgram('aws', [...args, '--output', 'json'], { ...own, ...env });
  if (code !== 0) throw new Error(stderr.trim());
  return stdout.trim() === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
}
