import { describe, expect, test } from '@jest/globals';
import type { Row } from '../../../bench/judge/cell.ts';
import { pictureOf } from '../../../bench/judge/picture.ts';
import { tableText } from '../../../bench/judge/text.ts';

const ROW: Row = {
  scenario: 'same version twice',
  isSameVersion: true,
  requestsPerSecond: 1000,
  share: 10,
  rule: 'judge, α 0.01',
  alpha: 0.01,
  runs: 4000,
  flagged: 0.004,
  medianMinutes: 9,
  halfFlaggedMinutes: null,
  harmed: 0,
};
const ROWS: Row[] = [
  ROW,
  { ...ROW, rule: 'a <rule> & more', alpha: null, flagged: 0.061 },
  {
    ...ROW,
    scenario: 'errors ×2',
    isSameVersion: false,
    requestsPerSecond: 100,
    flagged: 1,
    medianMinutes: 15,
    halfFlaggedMinutes: 15,
    harmed: 1234.4,
  },
];

describe('the table for people', () => {
  test('has a line a rule, and a mark where false alarms are more than α', () => {
    const lines = tableText(ROWS).split('\n');
    expect(lines.find((line) => line.includes('judge'))).toMatch(/0\.4$/);
    expect(lines.find((line) => line.includes('a <rule>'))).toMatch(/6\.1!$/);
  });

  test('has flagged, minutes and harmed for a worse version', () => {
    expect(tableText(ROWS)).toMatch(/errors ×2[\s\S]*judge, α 0\.01 +100 +15 +1,234$/);
  });
});

describe('the picture', () => {
  const picture = pictureOf(ROWS);

  test('is an SVG that stands alone, is light or dark as the reader has it, and says what it shows', () => {
    expect(picture).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*role="img" aria-label="[^"]+">/);
    expect(picture).toContain('prefers-color-scheme: dark');
    expect(picture.match(/https?:/g)).toHaveLength(1);
    const opened = [...picture.matchAll(/<(g|text|svg|title|style)[ >]/g)].length;
    expect([...picture.matchAll(/<\/(g|text|svg|title|style)>/g)]).toHaveLength(opened);
  });

  test('draws a rule that raises false alarms in red, and escapes names', () => {
    expect(picture).toContain('a &lt;rule&gt; &amp; more'.replace('&gt;', '>'));
    expect(picture).toMatch(/<rect class="bad"[^>]*\/><text[^>]*>6\.1 %</);
    expect(picture).toMatch(/<rect class="good"[^>]*\/><text[^>]*>0\.4 %</);
    expect(picture).toMatch(/<rect class="plain"[^>]*width="22"[^>]*\/><text[^>]*>15</);
  });
});
