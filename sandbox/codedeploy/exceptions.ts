/** CodeDeploy's exceptions. Texts marked in sandbox/behaviour/codedeploy.md as reported are what its clients have seen. */

import { AwsError } from '../wire/service.ts';

export const refuse = (code: string, message: string): AwsError => new AwsError(code, message);

/** A required member that is not there has an exception of its own in CodeDeploy (API reference, Errors of each operation). */
const REQUIRED: Readonly<Record<string, readonly [code: string, message: string]>> = {
  applicationName: ['ApplicationNameRequiredException', 'Application name is missing'],
  deploymentGroupName: ['DeploymentGroupNameRequiredException', 'Deployment Group name is missing'],
  currentDeploymentGroupName: ['DeploymentGroupNameRequiredException', 'Deployment Group name is missing'],
  serviceRoleArn: ['RoleRequiredException', 'Role is missing'],
  deploymentConfigName: ['DeploymentConfigNameRequiredException', 'Deployment Configuration name is missing'],
  deploymentId: ['DeploymentIdRequiredException', 'Deployment ID is missing'],
  deploymentIds: ['DeploymentIdRequiredException', 'Deployment ID is missing'],
  targetId: ['DeploymentTargetIdRequiredException', 'Deployment target ID is missing'],
  targetIds: ['DeploymentTargetIdRequiredException', 'Deployment target ID is missing'],
  revision: ['RevisionRequiredException', 'Revision is missing'],
};

export function missing(member: string): AwsError {
  const [code, message] = REQUIRED[member.split('.')[0] ?? ''] ?? ['InvalidInputException', `${member} is missing`];
  return new AwsError(code, message);
}

/** The value, or the exception of a member that is missing; an empty text counts as missing. */
export function required(member: string, value: string | undefined): string {
  if (value === undefined || value === '') throw missing(member);
  return value;
}

export const applicationNotFound = (name: string): AwsError =>
  refuse('ApplicationDoesNotExistException', `No application found for name: ${name}`);

export const groupNotFound = (name: string): AwsError =>
  refuse('DeploymentGroupDoesNotExistException', `No Deployment Group found for name: ${name}`);

export const configNotFound = (name: string): AwsError =>
  refuse('DeploymentConfigDoesNotExistException', `No Deployment Configuration found for name: ${name}`);

export const deploymentNotFound = (id: string): AwsError =>
  refuse('DeploymentDoesNotExistException', `The deployment ${id} could not be found`);

export const invalidRevision = (message: string): AwsError => refuse('InvalidRevisionException', message);

export const invalidLoadBalancerInfo = (message: string): AwsError =>
  refuse('InvalidLoadBalancerInfoException', message);
