/** ECS's exceptions with the texts that its clients match on. */

import { AwsError } from '../wire/service.ts';

export const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);

export const client = (message: string): AwsError => new AwsError('ClientException', message);

export const unsupported = (message: string): AwsError => new AwsError('UnsupportedFeatureException', message);

export const conflict = (message: string, fields: Readonly<Record<string, unknown>> = {}): AwsError =>
  new AwsError('ConflictException', message, 400, fields);

export const clusterNotFound = (): AwsError => new AwsError('ClusterNotFoundException', 'Cluster not found.');

export const serviceNotFound = (): AwsError => new AwsError('ServiceNotFoundException', 'Service not found.');

export const serviceNotActive = (): AwsError => new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');

export const serviceDeploymentNotFound = (): AwsError =>
  new AwsError('ServiceDeploymentNotFoundException', 'The service deployment does not exist.');

export const taskSetNotFound = (): AwsError =>
  new AwsError('TaskSetNotFoundException', 'The specified task set was not found.');
