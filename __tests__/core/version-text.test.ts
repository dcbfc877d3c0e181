import { describe, expect, test } from '@jest/globals';
import { versionText } from '../../src/core/version-text.ts';

const WEB_7 = 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web_shop-api:7';

describe('the text for a version', () => {
  test.each([
    ['{{revision}}', '7'],
    ['{{family}}', 'web_shop-api'],
    ['{{task-definition}}', 'web_shop-api:7'],
    ['{{ revision }}', '7'],
    ['v{{revision}}-{{revision}}', 'v7-7'],
    [
      'sum(increase(hits{job="{{family}}",rev="{{revision}}"}[1m]))',
      'sum(increase(hits{job="web_shop-api",rev="7"}[1m]))',
    ],
  ])('of %j is %j', (text, expected) => expect(versionText(text, WEB_7)).toBe(expected));

  test('is read from family:revision as well as from the whole ARN', () => {
    expect(versionText('{{family}} {{revision}}', 'web:12')).toBe('web 12');
  });

  test.each(['Requests', 'sum(rate(hits{job="web"}[1m]))', '{{Revision}}', '{{image}}', '{revision}', ''])(
    'of %j, which has no placeholder of ours, is the text itself, whatever the version',
    (text) => {
      expect(versionText(text, WEB_7)).toBe(text);
      expect(versionText(text, undefined)).toBe(text);
    },
  );

  test.each([
    [undefined, 'it is not known'],
    ['', 'it is not known'],
    ['web', 'web is no revision of one'],
  ])('is an error where a placeholder is needed and the task definition is %j', (arn, problem) => {
    expect(() => versionText('rev-{{revision}}', arn)).toThrow(
      expect.objectContaining({
        name: 'CallError',
        failure: 'invalid',
        message: `{{revision}} in "rev-{{revision}}" stands for the version's task definition, and ${problem}`,
      }),
    );
  });
});
