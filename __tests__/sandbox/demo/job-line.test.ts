import { describe, expect, test } from '@jest/globals';
import { type JobLine, paintJobLine, readJobLine } from '../../../sandbox/demo/job-line.ts';
import { unpainted } from '../../../sandbox/demo/paint.ts';

const plain = (text: string): JobLine => ({ text, tone: 'plain' });
const shown = (text: string, width: number) => paintJobLine(plain(text), width, unpainted);
const gate = `00:02  ${'gate http'.padEnd(30)}  pass at 10 %: 3 of 3 answered 200, the slowest in 9 ms (http://x/smoke)`;

test.each([
  ['::group::Look around (0.8 s)', { text: 'Look around (0.8 s)', tone: 'heading' }],
  ['::warning title=Greenlight%3A web::50 %25 left', { text: '50 % left', tone: 'warning' }],
  ['::error title=Greenlight%3A web%3A failed::no', { text: 'no', tone: 'error' }],
  ['::add-mask::hush', undefined],
  ['::endgroup::', undefined],
  ['', undefined],
  ['task definition: registered web:2', { text: 'task definition: registered web:2', tone: 'plain' }],
])('%j is shown as GitHub shows it', (raw, line) => {
  expect(readJobLine(raw)).toEqual(line);
});

describe('a line that is too long', () => {
  test('goes on in its last column where there is room for columns', () => {
    expect(shown(gate, 95)).toEqual([
      `00:02  ${'gate http'.padEnd(30)}  pass at 10 %: 3 of 3 answered 200, the slowest in 9 ms`,
      `${' '.repeat(39)}(http://x/smoke)`,
    ]);
  });

  test('goes on below the text where there is none', () => {
    const lines = shown(gate, 50);
    expect(lines[0]).toMatch(/^00:02 {2}gate http {2}pass at 10 %/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(50);
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {7}\S/);
  });

  test('without columns goes on a little further in, and does not show the fronts of ARNs', () => {
    const text = `deployment: arn:aws:ecs:eu-west-1:123456789012:service-deployment/demo/web/${'x'.repeat(40)}`;
    expect(shown(text, 95)).toEqual([`deployment: …service-deployment/demo/web/${'x'.repeat(40)}`]);
  });
});
