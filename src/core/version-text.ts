import { shortArn } from './arn.ts';
import { CallError } from './errors.ts';

/** What stands in a name, a value or a query for the version that is asked about, as `{{revision}}`. */
export const VERSION_PLACEHOLDERS = ['revision', 'family', 'task-definition'] as const;

type Placeholder = (typeof VERSION_PLACEHOLDERS)[number];

const PLACEHOLDER = new RegExp(`\\{\\{\\s*(${VERSION_PLACEHOLDERS.join('|')})\\s*\\}\\}`, 'g');

/**
 * `text` for one version. For the task definition web:7, `{{revision}}` is 7, `{{family}}` is web and `{{task-definition}}` is web:7.
 * Other braces stay as they are. Throws CallError when a placeholder is there and the version's task definition is not known.
 * A family has letters, digits, - and _ alone, so nothing in it can end a string of the text:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 */
export function versionText(text: string, taskDefinitionArn: string | undefined): string {
  return text.replace(PLACEHOLDER, (placeholder, name: Placeholder) => {
    const parts = /^(?<family>[\w-]+):(?<revision>\d+)$/.exec(shortArn(taskDefinitionArn ?? ''))?.groups;
    if (parts === undefined) {
      const problem = taskDefinitionArn ? `${taskDefinitionArn} is no revision of one` : 'it is not known';
      throw new CallError(
        'invalid',
        '',
        `${placeholder} in "${text}" stands for the version's task definition, and ${problem}`,
      );
    }
    const { family = '', revision = '' } = parts;
    return { family, revision, 'task-definition': `${family}:${revision}` }[name];
  });
}
