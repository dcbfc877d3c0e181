/** `arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7` is `web:7`; what has no slash stays as it is. */
export function shortArn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
