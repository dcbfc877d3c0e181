import * as ecr from '@aws-sdk/client-ecr';
import type { ImageStore, Place, SandboxClock } from '../contracts.ts';
import type { PathHandler } from '../wire/server.ts';
import type { AwsService } from '../wire/service.ts';
import { type BlobStore, createBlobStore } from './blobs.ts';
import { imageOperations } from './image-operations.ts';
import { createImageStore } from './image-store.ts';
import { createRegistry, newSignature } from './registry.ts';
import { createRepositories, type Repositories } from './repositories.ts';
import { invalidParameter, repositoryOperations } from './repository-operations.ts';
import { createTokens, type Tokens } from './tokens.ts';

/** ECR: its API, its registry (mounted at `/v2`), and the images as the task runtime sees them. */
export interface Ecr {
  readonly service: AwsService;
  readonly registry: PathHandler;
  readonly images: ImageStore;
  readonly blobs: BlobStore;
  readonly repositories: Repositories;
  readonly tokens: Tokens;
  readonly host: () => string;
  /** Removes the images' temporary folder. */
  close(): Promise<void>;
}

export interface EcrOptions {
  readonly place: Place;
  readonly clock: SandboxClock;
  /** `127.0.0.1:PORT` of the endpoint; asked for with every use, since it is known only once the endpoint listens. */
  readonly host: () => string;
}

export function createEcr({ place, clock, host }: EcrOptions): Ecr {
  const blobs = createBlobStore();
  const repositories = createRepositories(place, blobs);
  const tokens = createTokens(clock);
  const signedPaths = new Map<string, string>();
  const sign = (path: string) => {
    const signature = signedPaths.get(path) ?? newSignature();
    signedPaths.set(path, signature);
    return `http://${host()}${path}?X-Amz-Signature=${signature}`;
  };
  return {
    service: {
      name: 'ecr',
      protocol: 'json-1.1',
      target: 'AmazonEC2ContainerRegistry_V20150921',
      schemas: ecr,
      operations: {
        ...repositoryOperations({ place, repositories, tokens, host }),
        ...imageOperations({ place, blobs, repositories, sign }),
      },
      missing: (member) => invalidParameter(member, 'Member must not be null'),
    },
    registry: createRegistry({ blobs, repositories, tokens, signedPaths }),
    images: createImageStore({ blobs, repositories, tokens, host }),
    blobs,
    repositories,
    tokens,
    host,
    close: () => blobs.close(),
  };
}
