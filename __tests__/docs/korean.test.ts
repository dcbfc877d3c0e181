import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readAction, readTexts, toTranslate } from '../../.ci/action-texts.ts';
import { withTables } from '../../.ci/readme-tables.ts';
import { sectionsOf } from './_markdown.ts';
import { differences, toTranslateAgain } from './_same-content.ts';

const text = (file: string) => readFileSync(file, 'utf8');
const english = { path: 'README.md', markdown: text('README.md') };
const korean = { path: 'README.ko.md', markdown: text('README.ko.md') };
const action = readAction(text('action.yml'));
const texts = readTexts(text('docs/ko/action-texts.yml'));

describe('README.ko.md', () => {
  test('has what README.md has, in the same places, and nothing in English', () => {
    expect(differences(english, korean)).toEqual([]);
  });

  test('is translated from README.md as it is today', () => {
    expect(toTranslateAgain(english, korean)).toEqual([]);
  });

  test('has its tables and its quick start as npx tsx .ci/readme-tables.ts writes them', () => {
    const quickStart = text('examples/workflows/deploy.yml');
    expect(withTables(korean.markdown, text('action.yml'), quickStart, text('docs/ko/action-texts.yml'))).toBe(
      korean.markdown,
    );
  });

  test('and README.md lead to each other before anything else', () => {
    const first = ({ markdown }: { markdown: string }) => sectionsOf(markdown)[0]?.blocks[0]?.text;
    expect(first(english)).toContain('](README.ko.md)');
    expect(first(korean)).toContain('](README.md)');
  });
});

describe('docs/ko/action-texts.yml', () => {
  test('has every description of action.yml as it is today, with all its names', () => {
    expect(toTranslate(action, texts)).toEqual([]);
  });

  test('has no description in English', () => {
    const all = [...Object.values(texts.inputs), ...Object.values(texts.outputs)].map(({ ko }) => ko);
    expect(all.filter((ko) => !/[가-힣]/.test(ko.replace(/`[^`]*`/g, '')))).toEqual([]);
  });

  const small = readAction('{ inputs: { hold: { description: "How long `steps` are watched" } }, outputs: {} }');
  const words = { input: '입력', output: '출력', default: '기본값', meaning: '의미', required: '필수' };
  const hold = { en: 'How long\n`steps` are watched', ko: '`steps`를 지켜보는 시간입니다' };

  test('is found out when a description has changed, is new, is gone or lost a name', () => {
    const of = (inputs: Readonly<Record<string, { en: string; ko: string }>>) =>
      toTranslate(small, { words, inputs, outputs: {} });
    expect(of({ hold })).toEqual([]);
    expect(of({ hold: { ...hold, en: 'How often' } })).toEqual([
      'inputs.hold: translate again: it was "How often" and is "How long `steps` are watched"',
    ]);
    expect(of({})).toEqual(['inputs.hold: is not translated yet: How long `steps` are watched']);
    expect(of({ hold, bake: hold })).toEqual(['inputs.bake: is not in action.yml any more']);
    expect(of({ hold: { ...hold, ko: '지켜보는 시간입니다' } })).toEqual([
      'inputs.hold: the translation has no `steps`',
    ]);
  });
});

const page = `# Greenlight

[한국어](README.ko.md)

It moves \`steps\` of 5 %, see [below](#use) and [the rules](docs/rules.md).

![A picture of it](docs/images/one.png)

## Use

\`\`\`sh
npm run demo # about a minute
\`\`\`

| input | meaning |
| --- | --- |
| \`hold\` | how long |

- one thing
- another **bold** thing
`;

const seite = `# Greenlight

<!-- en: 00000000 -->

[English](README.md)

5 %씩 \`steps\`를 옮깁니다. [규칙](docs/rules.md)과 [아래](#사용법)를 보세요.

![실행 모습](docs/images/one.png)

## 사용법

\`\`\`sh
npm run demo # 약 1분
\`\`\`

| 입력 | 의미 |
| --- | --- |
| \`hold\` | 시간 |

- 한 가지
- 다른 **굵은** 것
`;

describe('what one README has and the other has not', () => {
  const found = (translation: string, original = page) =>
    differences({ path: 'README.md', markdown: original }, { path: 'README.ko.md', markdown: translation });

  test('is nothing when they are of the same content, in whatever order a sentence puts it', () => {
    expect(found(seite)).toEqual([]);
  });

  test.each([
    ['a heading', '## 사용법\n', '', ['headings: # ## in README.md, # here']],
    ['the level of a heading', '## 사용법', '### 사용법', ['headings: # ## in README.md, # ### here']],
    ['a paragraph', '[English](README.md)\n\n', '', [expect.stringContaining('its blocks are "paragraph paragraph')]],
    ['an item', '- 한 가지\n', '', [expect.stringContaining('its blocks are "code row row item item"')]],
    ['a row', '| `hold` | 시간 |\n', '', [expect.stringContaining('its blocks are "code row row item item"')]],
    ['a cell', '| `hold` | 시간 |', '| `hold` |', [expect.stringContaining('2 cells, here 1')]],
    ['a picture', 'one.png', 'two.png', expect.arrayContaining([expect.stringContaining('lacks the picture')])],
    ['a link', '[규칙](docs/rules.md)', '규칙', [expect.stringContaining('lacks a link to docs/rules.md')]],
    ['an anchor', '#사용법', '#use', expect.arrayContaining([expect.stringContaining('lacks a link to section 1')])],
    ['a name in code', '`steps`를', '단계를', [expect.stringContaining('lacks `steps`')]],
    ['a number', '5 %씩', '조금씩', [expect.stringContaining('lacks the number 5')]],
    ['a line of code', 'npm run demo # 약 1분\n', '', [expect.stringContaining('the code has "npm run demo')]],
    [
      'the code itself',
      'npm run demo #',
      'npm run bench #',
      [expect.stringContaining('here "npm run bench # 약 1분"')],
    ],
  ])('is found: %s', (_, there, instead, differs) => {
    expect(seite).toContain(there);
    expect(found(seite.replace(there, instead))).toEqual(differs);
  });

  test.each([
    ['a code word that the original has not', '`steps`를', '`steps`와 `ladder`를', '`ladder` is not in README.md'],
    ['a link', '한 가지', '[한 가지](docs/one.md)', 'has a link to docs/one.md besides'],
    ['a line of code', '약 1분', '약 1분\nnpm test', 'the code has more lines here: "npm test"'],
  ])('is found the other way round: %s', (_, there, instead, differs) => {
    expect(found(seite.replace(there, instead))).toEqual([expect.stringContaining(differs)]);
  });

  test.each([
    ['a heading', '## 사용법', '## Use', 'the heading is in English: Use'],
    ['a head of a table', '| 입력 |', '| input |', 'is in English: input'],
    ['an item', '- 한 가지', '- one thing', 'is in English: one thing'],
    ['the name of a link', '[규칙]', '[the rules]', 'is in English: the rules'],
    ['the description of a picture', '[실행 모습]', '[A picture of it]', 'is in English: A picture of it'],
    ['half a sentence', '5 %씩 `steps`를 옮깁니다.', '`steps` 5 %: it was moved by hand 합니다.', 'is in English: '],
  ])('is found left in English: %s', (_, there, instead, differs) => {
    expect(
      found(seite.replace(there, instead).replace('(#사용법)', instead === '## Use' ? '(#use)' : '(#사용법)')),
    ).toEqual(expect.arrayContaining([expect.stringContaining(differs)]));
  });

  test('is no name that stays as it is, nor a comment in code', () => {
    const named = (name: string) => page.replace('one thing', name);
    const stays = ['AWS', 'AppSpec', 'Greenlight', '`npm test`'];
    expect(stays.flatMap((name) => found(seite.replace('한 가지', name), named(name)))).toEqual([]);
    expect(found(seite.replace('# 약 1분', '# about a minute'))).toEqual([]);
  });

  test('is found when a sentence is missing', () => {
    const long = page.replace(
      'one thing',
      'It waits for a person and goes on when that person says so. Nobody is asked twice.',
    );
    const two = '사람의 승인을 기다렸다가 승인하면 계속합니다. 두 번 묻지 않습니다.';
    expect(found(seite.replace('한 가지', two), long)).toEqual([]);
    expect(found(seite.replace('한 가지', '두 번 묻지 않습니다.'), long)).toEqual([
      expect.stringContaining('has only 0.15 letters for one'),
    ]);
  });

  test('is found when GitHub would show the asterisks of bold type', () => {
    expect(found(seite.replace('**굵은** 것', '**굵은(bold)**것'))).toEqual([
      expect.stringContaining('GitHub does not close the bold type of 굵은(bold)'),
    ]);
    expect(found(seite.replace('**굵은** 것', '**굵은(bold)** 것'))).toEqual([]);
  });

  test('is found when the English has changed since, but not when what is generated in it has', () => {
    const again = (original: string, translation: string) =>
      toTranslateAgain({ path: 'README.md', markdown: original }, { path: 'README.ko.md', markdown: translation });
    const generated = (rows: string) =>
      `# Greenlight\n\n<!-- inputs:begin -->\n${rows}\n<!-- inputs:end -->\n\nA word.\n`;
    const asked = again(generated('| a |'), '# Greenlight\n');
    expect(asked).toEqual([expect.stringMatching(/then write <!-- en: [0-9a-f]{8} --> under "Greenlight"$/)]);
    const note = /<!-- en: [0-9a-f]{8} -->/.exec(asked[0] ?? '')?.[0] ?? '';
    expect(again(generated('| b |'), `# Greenlight\n\n${note}\n`)).toEqual([]);
    expect(again(generated('| a |').replace('word', 'sentence'), `# Greenlight\n\n${note}\n`)).toHaveLength(1);
  });
});
