import { parseArn } from './service-name.ts';

/** The forms that a secret's source may have, for messages. */
export const secretSourceForms =
  'write arn:aws:secretsmanager:<region>:<account>:secret:<name>, arn:aws:ssm:<region>:<account>:parameter/<name>, or the name of a parameter';

/**
 * Whether the text names where a secret is kept: the ARN of a Secrets Manager secret or of an SSM parameter, or a parameter's
 * name. What does not may be the secret itself: no message shows it. Another region is no fault, ECS reads it by its full ARN.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
 */
export function isSecretSource(text: string): boolean {
  const arn = parseArn(text);
  if (arn === undefined) return /^\/?[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/.test(text);
  if (arn.region === '' || arn.account === '') return false;
  return (
    (arn.service === 'secretsmanager' && /^secret:.+/.test(arn.resource)) ||
    (arn.service === 'ssm' && /^parameter\/.+/.test(arn.resource))
  );
}
