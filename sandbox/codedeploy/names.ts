import { createHash, randomInt, randomUUID } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** `d-` and nine capitals or digits, as `d-A1B2C3111`. */
export const deploymentId = (): string =>
  `d-${Array.from({ length: 9 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;

export const isDeploymentId = (text: string): boolean => /^d-[A-Z0-9]{9}$/.test(text);

export const uuid = (): string => randomUUID();

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** `arn:…:targetgroup/blue/1f2e…` gives `blue`. */
export const targetGroupName = (arn: string): string => arn.split('/').at(-2) ?? arn;
