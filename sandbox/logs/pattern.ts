import { invalid } from './find.ts';

/**
 * The filter patterns for unstructured text: all of `a "b c"`, none of `-d`, and one of `?e ?f` where there are any.
 * Case counts. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * Throws for the patterns over JSON, columns and regular expressions, which the sandbox does not have.
 */
export function matcher(pattern: string): (message: string) => boolean {
  const trimmed = pattern.trim();
  if (/^[{[%]/.test(trimmed)) throw invalid('The sandbox has only the filter patterns for unstructured text');
  const terms = [...trimmed.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign = '', quoted, bare]) => ({
    sign,
    text: quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '',
  }));
  const having = (sign: string): string[] => terms.filter((term) => term.sign === sign).map((term) => term.text);
  const [all, none, any] = [having(''), having('-'), having('?')];
  return (message) =>
    all.every((text) => message.includes(text)) &&
    !none.some((text) => message.includes(text)) &&
    (any.length === 0 || all.length > 0 || any.some((text) => message.includes(text)));
}
