import type {
  CreateRepositoryRequest,
  CreateRepositoryResponse,
  DeleteRepositoryRequest,
  DeleteRepositoryResponse,
  Repository as Described,
  DescribeRepositoriesRequest,
  DescribeRepositoriesResponse,
  GetAuthorizationTokenRequest,
  GetAuthorizationTokenResponse,
  PutImageTagMutabilityRequest,
  PutImageTagMutabilityResponse,
} from '@aws-sdk/client-ecr';
import type { Place } from '../contracts.ts';
import { AwsError, type Handler } from '../wire/service.ts';
import type { Repositories, Repository, TagMutability } from './repositories.ts';
import type { Tokens } from './tokens.ts';

interface Parts {
  readonly place: Place;
  readonly repositories: Repositories;
  readonly tokens: Tokens;
  /** `127.0.0.1:PORT` of the endpoint, which is also the registry. */
  readonly host: () => string;
}

const mutabilities = new Set(['MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION']);

/** How ECR words a parameter that breaks a rule of its model. */
export const invalidParameter = (parameter: string, rule: string) =>
  new AwsError(
    'InvalidParameterException',
    `Invalid parameter at '${parameter}' failed to satisfy constraint: '${rule}'`,
  );

/** Pages a list by position. Throws InvalidParameterException on a token that this list did not give. */
export function page<T>(
  items: readonly T[],
  input: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined },
): { readonly items: T[]; readonly nextToken?: string } {
  const { maxResults = 100, nextToken } = input;
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > 1000)
    throw invalidParameter('maxResults', 'Member must have value between 1 and 1000');
  const start = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0)
    throw invalidParameter('nextToken', 'Member must be a token of this operation');
  const end = start + maxResults;
  return {
    items: items.slice(start, end),
    ...(end < items.length && { nextToken: Buffer.from(String(end)).toString('base64url') }),
  };
}

/** Repositories and the registry's login. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/ */
export function repositoryOperations({ place, repositories, tokens, host }: Parts): Record<string, Handler> {
  const describe = (repository: Repository): Described => ({
    repositoryArn: repository.arn,
    registryId: place.account,
    repositoryName: repository.name,
    repositoryUri: `${host()}/${repository.name}`,
    createdAt: repository.createdAt,
    imageTagMutability: repository.mutability,
    ...(repository.exclusions.length > 0 && {
      imageTagMutabilityExclusionFilters: repository.exclusions.map((filter) => ({ filterType: 'WILDCARD', filter })),
    }),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: { encryptionType: 'AES256' },
  });

  const readMutability = (input: CreateRepositoryRequest | PutImageTagMutabilityRequest) => {
    const mutability = input.imageTagMutability ?? 'MUTABLE';
    const exclusions = (input.imageTagMutabilityExclusionFilters ?? []).map((filter) => filter.filter ?? '');
    if (!mutabilities.has(mutability))
      throw invalidParameter(
        'imageTagMutability',
        `Member must satisfy enum value set: [${[...mutabilities].join(', ')}]`,
      );
    if (mutability.endsWith('_EXCLUSION') !== exclusions.length > 0)
      throw invalidParameter(
        'imageTagMutabilityExclusionFilters',
        'Member must be given exactly when the mutability has exclusions',
      );
    return { mutability: mutability as TagMutability, exclusions };
  };

  return {
    CreateRepository: (input: CreateRepositoryRequest): CreateRepositoryResponse => {
      if (input.registryId !== undefined && input.registryId !== place.account)
        throw invalidParameter('registryId', 'Member must be the account of the caller');
      const repository = repositories.create(input.repositoryName ?? '', {
        ...readMutability(input),
        scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
      });
      return { repository: describe(repository) };
    },
    DescribeRepositories: (input: DescribeRepositoriesRequest): DescribeRepositoriesResponse => {
      const { items, ...more } = input.repositoryNames
        ? { items: input.repositoryNames.map((name) => repositories.get(name, input.registryId)) }
        : page(
            [...repositories.all.values()].filter(() => (input.registryId ?? place.account) === place.account),
            input,
          );
      return { repositories: items.map(describe), ...more };
    },
    DeleteRepository: (input: DeleteRepositoryRequest): DeleteRepositoryResponse => {
      const { name } = repositories.get(input.repositoryName ?? '', input.registryId);
      return { repository: describe(repositories.remove(name, input.force ?? false)) };
    },
    PutImageTagMutability: (input: PutImageTagMutabilityRequest): PutImageTagMutabilityResponse => {
      const repository = repositories.get(input.repositoryName ?? '', input.registryId);
      Object.assign(repository, readMutability(input));
      return {
        registryId: place.account,
        repositoryName: repository.name,
        imageTagMutability: repository.mutability,
        ...(repository.exclusions.length > 0 && {
          imageTagMutabilityExclusionFilters: describe(repository).imageTagMutabilityExclusionFilters,
        }),
      };
    },
    GetAuthorizationToken: (_input: GetAuthorizationTokenRequest): GetAuthorizationTokenResponse => {
      const { password, expiresAt } = tokens.issue();
      const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
      return { authorizationData: [{ authorizationToken, expiresAt, proxyEndpoint: `http://${host()}` }] };
    },
  };
}
