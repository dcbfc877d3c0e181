/** WCAG 2.2: text has a contrast of at least 4.5 with what is behind it (1.4.3), what a chart is read by of at least 3 (1.4.11). */
import { describe, expect, test } from '@jest/globals';
import { STYLE } from '../../src/report/html/style.ts';

type Colour = readonly [red: number, green: number, blue: number, alpha: number];

/** The variables of a scheme; the dark one changes some of the light one's. */
function schemes(): Readonly<Record<'light' | 'dark', ReadonlyMap<string, Colour>>> {
  const [light = '', dark = ''] = [...STYLE.matchAll(/:root\{[^}]*--ground:#[^}]*\}/g)].map(([block]) => block);
  const read = (block: string) =>
    [...block.matchAll(/--([a-z-]+):(#[0-9a-f]{3,8})/g)].map(([, name = '', hex = '']) => [name, colour(hex)] as const);
  return { light: new Map(read(light)), dark: new Map([...read(light), ...read(dark)]) };
}

function colour(hex: string): Colour {
  const long = hex.length === 4 ? hex.replace(/[0-9a-f]/g, '$&$&') : hex;
  const part = (i: number) => Number.parseInt(long.slice(i, i + 2), 16);
  return [part(1), part(3), part(5), long.length === 9 ? part(7) / 255 : 1];
}

const over = (top: Colour, below: Colour): Colour => {
  const mix = (i: 0 | 1 | 2) => top[i] * top[3] + below[i] * (1 - top[3]);
  return [mix(0), mix(1), mix(2), 1];
};

function contrast(one: Colour, other: Colour): number {
  const light = ([red, green, blue]: Colour): number => {
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [brighter = 0, darker = 0] = [light(one), light(other)].sort((a, b) => b - a);
  return (brighter + 0.05) / (darker + 0.05);
}

/** What is read on what; several grounds lie upon each other, the last on top. */
const TEXTS: readonly (readonly [ink: string, ...grounds: string[]])[] = [
  ['text', 'ground'],
  ['text', 'raised'],
  ['soft', 'ground'],
  ['soft', 'raised'],
  ['soft', 'ground', 'candidate-area'],
  ['link', 'ground'],
  ['candidate', 'ground'],
  ['candidate', 'ground', 'candidate-area'],
  ['stable', 'ground'],
  ['good', 'good-ground'],
  ['bad', 'bad-ground'],
  ['bad', 'ground'],
  ['open', 'open-ground'],
  ['text', 'dim-ground'],
  ['ground', 'bad'],
  ['text', 'open-ground'],
  ['text', 'hatch'],
];
const GRAPHICS: typeof TEXTS = [
  ['candidate', 'ground'],
  ['stable', 'ground'],
  ['bad', 'ground'],
  ['bad', 'ground', 'candidate-area'],
  ['good', 'good-ground'],
  ['good', 'raised'],
  ['open', 'open-ground'],
  ['open', 'ground'],
  ['dim', 'ground'],
  ['link', 'ground'],
];
/** Lines between things and below them: nothing is read by them alone. */
const DECORATION = ['line'];

describe.each(Object.entries(schemes()))('in the %s scheme', (_, colours) => {
  const of = (name: string): Colour => {
    const found = colours.get(name);
    if (found === undefined) throw new Error(`no colour ${name}`);
    return found;
  };
  const contrastOf = ([ink, ...grounds]: (typeof TEXTS)[number]): number => {
    const ground = grounds.map(of).reduce((below, top) => over(top, below));
    return contrast(over(of(ink), ground), ground);
  };

  test.each(TEXTS)('%s can be read on %s %s', (...pair) => {
    expect(
      contrastOf(pair.filter((name) => name !== undefined) as unknown as (typeof TEXTS)[number]),
    ).toBeGreaterThanOrEqual(4.5);
  });

  test.each(GRAPHICS)('%s can be seen on %s %s', (...pair) => {
    expect(
      contrastOf(pair.filter((name) => name !== undefined) as unknown as (typeof TEXTS)[number]),
    ).toBeGreaterThanOrEqual(3);
  });

  test('every colour is measured', () => {
    const measured = new Set([...TEXTS.flat(), ...GRAPHICS.flat(), ...DECORATION]);
    expect([...colours.keys()].filter((name) => !measured.has(name))).toEqual([]);
  });
});

test('a pair that cannot be read is told', () => {
  expect(contrast(colour('#999'), colour('#fff'))).toBeCloseTo(2.85, 2);
  expect(contrast(colour('#000'), colour('#fff'))).toBe(21);
});

test('no rule has a colour of its own beside the variables', () => {
  const rules = STYLE.replace(/:root\{[^}]*\}/g, '');
  expect(rules.match(/#[0-9a-f]{3,8}\b(?!\))|rgba?\(|hsl/gi)?.filter((one) => one !== '#hatch') ?? []).toEqual([]);
});
