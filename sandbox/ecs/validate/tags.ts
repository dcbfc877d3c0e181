/** What ECS refuses in tags, wherever they are given (API_TagResource, tags). */

import type { Tag } from '@aws-sdk/client-ecs';
import { invalid } from '../exceptions.ts';

const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
/** "letters, numbers, and spaces representable in UTF-8, and the following characters: + - = . _ : / @" */
const CHARACTERS = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]*$/u;

/** @throws InvalidParameterException for tags that cannot be given, whatever the resource has already */
export function checkTags(tags: readonly Tag[] | undefined): void {
  const keys = new Set<string>();
  for (const { key = '', value = '' } of tags ?? []) {
    if (key === '') throw invalid('Tag key cannot be null or empty.');
    if (length(key) > LONGEST_KEY) throw invalid(`Tag key cannot be longer than ${LONGEST_KEY} characters.`);
    if (length(value) > LONGEST_VALUE) throw invalid(`Tag value cannot be longer than ${LONGEST_VALUE} characters.`);
    if (!CHARACTERS.test(key) || !CHARACTERS.test(value)) {
      throw invalid(
        'Some tags contain invalid characters. Valid characters: UTF-8 letters, spaces, numbers and _ . / = + - : @.',
      );
    }
    if (isReserved(key) || isReserved(value)) throw invalid('Tags cannot begin with the reserved prefix aws:.');
    if (keys.has(key)) throw invalid('Duplicate tag keys are not allowed.');
    keys.add(key);
  }
  checkCount(tags ?? []);
}

/** @throws InvalidParameterException when a resource would have more than fifty tags of its owner's */
export function checkCount(tags: readonly Tag[]): void {
  if (tags.length > MOST_TAGS) throw invalid(`The maximum number of tags per resource is ${MOST_TAGS}.`);
}

/** "any upper or lowercase combination of such as a prefix for either keys or values" */
export const isReserved = (text: string): boolean => /^aws:/i.test(text);

/** In characters as a reader counts them, not in UTF-16 units. */
const length = (text: string): number => [...text].length;
