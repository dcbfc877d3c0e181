import { AwsError } from './service.ts';

/**
 * How ECS words a required member that is not there: "Services cannot be empty." for a list,
 * "Task Definition can not be blank." for a text (both seen in reports of users; the API reference has no texts).
 */
export function blankParameter(member: string): AwsError {
  const words = (member.split('.').at(-1) ?? member)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/^./, (first) => first.toUpperCase());
  const text = words.endsWith('s') ? `${words} cannot be empty.` : `${words} can not be blank.`;
  return new AwsError('InvalidParameterException', text);
}
