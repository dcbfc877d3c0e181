import * as sts from '@aws-sdk/client-sts';
import type { Place } from './contracts.ts';
import type { AwsService } from './wire/service.ts';

/**
 * The caller is one IAM user of the sandbox's account, whoever signs.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export function createSts({ place }: { readonly place: Place }): { readonly service: AwsService } {
  return {
    service: {
      name: 'sts',
      protocol: 'query',
      namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
      schemas: sts,
      operations: {
        GetCallerIdentity: (): sts.GetCallerIdentityResponse => ({
          UserId: 'AIDASANDBOX0000000000',
          Account: place.account,
          Arn: `arn:aws:iam::${place.account}:user/sandbox`,
        }),
      },
    },
  };
}
