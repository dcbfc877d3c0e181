import type { ECRClient } from '@aws-sdk/client-ecr';
import type { RepositoryName } from '../../core/config.ts';
import { CallError } from '../../core/errors.ts';
import { isDigest } from '../../core/image.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Images, Log } from '../../ports.ts';
import { call, clientSettings, lazily } from './client.ts';

const sdk = lazily(() => import('./sdk/ecr.ts'));

/**
 * Images in ECR. A repository in another region than the job's is asked there.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/Welcome.html
 */
export function images(log: Pick<Log, 'mask'>): Images {
  const clients = new Map<string | undefined, () => Promise<ECRClient>>();
  const clientFor = (region: string | undefined): Promise<ECRClient> => {
    let client = clients.get(region);
    if (client === undefined) {
      client = lazily(async () => {
        const { ECRClient } = await sdk();
        return new ECRClient({ ...clientSettings(), ...(region === undefined ? {} : { region }) });
      });
      clients.set(region, client);
    }
    return client();
  };
  const ask = <T>(thing: string, region: string | undefined, send: (client: ECRClient) => Promise<T>) =>
    call(thing, async () => send(await clientFor(region)));

  return {
    async repository(name) {
      const { DescribeRepositoriesCommand } = await sdk();
      const command = new DescribeRepositoriesCommand({ ...registryOf(name), repositoryNames: [name.name] });
      const answer = await ask(`describe repository ${name.name}`, name.region, (client) => client.send(command)).catch(
        unlessMissing,
      );
      const found = answer?.repositories?.[0];
      if (found?.repositoryUri === undefined) return undefined;
      return {
        name,
        uri: found.repositoryUri,
        tagMutability: found.imageTagMutability ?? 'MUTABLE',
        exclusions: (found.imageTagMutabilityExclusionFilters ?? []).flatMap(({ filter }) => filter ?? []),
      };
    },

    async manifest(repository, reference) {
      const { BatchGetImageCommand } = await sdk();
      // No acceptedMediaTypes: ECR then gives the manifest as it was pushed, an index too.
      const command = new BatchGetImageCommand({
        ...registryOf(repository),
        repositoryName: repository.name,
        imageIds: [isDigest(reference) ? { imageDigest: reference } : { imageTag: reference }],
      });
      const thing = `look up image ${reference} in repository ${repository.name}`;
      const answer = await ask(thing, repository.region, (client) => client.send(command)).catch(unlessMissing);
      const failure = answer?.failures?.[0];
      if (failure !== undefined && failure.failureCode !== 'ImageNotFound') {
        const code = failure.failureCode ?? '';
        throw new CallError('invalid', code, `${thing}: ${failure.failureReason ?? code}`);
      }
      const image = answer?.images?.[0];
      if (image?.imageId?.imageDigest === undefined || image.imageManifest === undefined) return undefined;
      return {
        digest: image.imageId.imageDigest,
        mediaType: image.imageManifestMediaType ?? '',
        text: image.imageManifest,
      };
    },

    async config(repository, digest) {
      const { GetDownloadUrlForLayerCommand } = await sdk();
      const thing = `read the configuration ${digest} of an image in repository ${repository.name}`;
      const command = new GetDownloadUrlForLayerCommand({
        ...registryOf(repository),
        repositoryName: repository.name,
        layerDigest: digest,
      });
      const { downloadUrl } = await ask(thing, repository.region, (client) => client.send(command));
      if (downloadUrl === undefined) throw new CallError('invalid', '', `${thing}: ECR gave no address`);
      // The address is signed: whoever has it may read the blob.
      log.mask(downloadUrl);
      return call(thing, () => download(thing, downloadUrl));
    },

    async tag(repository, manifest, tag) {
      const { PutImageCommand } = await sdk();
      const command = new PutImageCommand({
        ...registryOf(repository),
        repositoryName: repository.name,
        imageManifest: manifest.text,
        imageTag: tag,
        imageDigest: manifest.digest,
        ...(manifest.mediaType === '' ? {} : { imageManifestMediaType: manifest.mediaType }),
      });
      const thing = `tag ${manifest.digest} as ${tag} in repository ${repository.name}`;
      await ask(thing, repository.region, (client) => client.send(command)).catch((error: unknown) => {
        // It has that tag already: another job was faster, or an answer was lost.
        if (!(error instanceof CallError) || error.code !== 'ImageAlreadyExistsException') throw error;
      });
    },

    async login(region) {
      const { GetAuthorizationTokenCommand } = await sdk();
      const thing = 'get a login for the registry';
      const answer = await ask(thing, region, (client) => client.send(new GetAuthorizationTokenCommand({})));
      const [data] = answer.authorizationData ?? [];
      const token = data?.authorizationToken ?? '';
      log.mask(token);
      const text = Buffer.from(token, 'base64').toString('utf8');
      const colon = text.indexOf(':');
      const password = text.slice(colon + 1);
      if (colon < 1 || password === '') throw new CallError('invalid', '', `${thing}: ECR gave no token`);
      log.mask(password);
      // 12 hours is what ECR grants where it does not say. https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
      const expiresAt = data?.expiresAt?.getTime() ?? Date.now() + 12 * 3_600_000;
      return { username: text.slice(0, colon), password, expiresAt };
    },
  };
}

const downloadTimeoutMs = 10_000;

async function download(thing: string, url: string): Promise<JsonObject> {
  // A plain GET: the address carries its own signature, and the SDK's would be one too many.
  const answer = await fetch(url, { signal: AbortSignal.timeout(downloadTimeoutMs) });
  if (!answer.ok) {
    const failure = answer.status >= 500 ? 'server' : answer.status === 403 ? 'denied' : 'invalid';
    throw new CallError(failure, String(answer.status), `${thing}: the download answered ${answer.status}`);
  }
  const data: unknown = await answer.json();
  if (!isJsonObject(data)) throw new CallError('invalid', '', `${thing}: it is not a JSON object`);
  return data;
}

function registryOf(repository: RepositoryName): { registryId?: string } {
  return repository.account === undefined ? {} : { registryId: repository.account };
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof CallError && error.code === 'RepositoryNotFoundException') return undefined;
  throw error;
}
