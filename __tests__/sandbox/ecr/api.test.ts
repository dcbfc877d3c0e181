import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetDownloadUrlForLayerCommand,
  ImageNotFoundException,
  ListImagesCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../sandbox/ecr/blobs.ts';
import { type Lab, push, startLab } from './_lab.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
  await lab.client.send(new CreateRepositoryCommand({ repositoryName: 'team/web' }));
});
afterEach(async () => {
  expect(lab.wire.recorder.violations).toEqual([]);
  await lab.close();
});

describe('repositories', () => {
  test('have an address on the endpoint that docker can push to', async () => {
    const { repositories } = await lab.client.send(new DescribeRepositoriesCommand({}));
    expect(repositories).toMatchObject([
      {
        repositoryName: 'team/web',
        repositoryUri: `${lab.wire.host}/team/web`,
        repositoryArn: 'arn:aws:ecr:eu-west-1:123456789012:repository/team/web',
        imageTagMutability: 'MUTABLE',
      },
    ]);
  });

  test('that do not exist are named in the error, with the registry', async () => {
    const call = lab.client.send(new DescribeRepositoriesCommand({ repositoryNames: ['nowhere'] }));
    await expect(call).rejects.toBeInstanceOf(RepositoryNotFoundException);
    await expect(call).rejects.toThrow(
      "The repository with name 'nowhere' does not exist in the registry with id '123456789012'",
    );
  });

  test('exist once, with a name of the allowed form', async () => {
    const create = (repositoryName: string) => lab.client.send(new CreateRepositoryCommand({ repositoryName }));
    await expect(create('team/web')).rejects.toMatchObject({ name: 'RepositoryAlreadyExistsException' });
    await expect(create('Team')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('go only when they are empty, or by force', async () => {
    await push(lab, 'team/web', 'v1');
    const remove = (force: boolean) =>
      lab.client.send(new DeleteRepositoryCommand({ repositoryName: 'team/web', force }));
    await expect(remove(false)).rejects.toMatchObject({ name: 'RepositoryNotEmptyException' });
    await remove(true);
    const { repositories } = await lab.client.send(new DescribeRepositoriesCommand({}));
    expect(repositories).toEqual([]);
  });

  test('come in pages', async () => {
    for (const repositoryName of ['r1', 'r2', 'r3', 'r4'])
      await lab.client.send(new CreateRepositoryCommand({ repositoryName }));
    const names: (string | undefined)[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const page = await lab.client.send(new DescribeRepositoriesCommand({ maxResults: 2, nextToken }));
      names.push(...(page.repositories ?? []).map((repository) => repository.repositoryName));
      nextToken = page.nextToken;
      pages += 1;
    } while (nextToken !== undefined);
    expect([pages, names]).toEqual([3, ['team/web', 'r1', 'r2', 'r3', 'r4']]);
  });
});

describe('images', () => {
  test('are described with digest, tags and size', async () => {
    const { digest, layer, config } = await push(lab, 'team/web', 'v1');
    const described = await lab.client.send(
      new DescribeImagesCommand({ repositoryName: 'team/web', imageIds: [{ imageTag: 'v1' }] }),
    );
    expect(described.imageDetails).toMatchObject([
      { imageDigest: digest, imageTags: ['v1'], imageSizeInBytes: layer.length + config.length },
    ]);
    const listed = await lab.client.send(new ListImagesCommand({ repositoryName: 'team/web' }));
    expect(listed.imageIds).toEqual([{ imageDigest: digest, imageTag: 'v1' }]);
  });

  test('that do not exist are an ImageNotFoundException when described', async () => {
    const call = lab.client.send(
      new DescribeImagesCommand({ repositoryName: 'team/web', imageIds: [{ imageTag: 'gone' }] }),
    );
    await expect(call).rejects.toBeInstanceOf(ImageNotFoundException);
    await expect(call).rejects.toThrow(
      "The image with imageId {imageDigest:'null', imageTag:'gone'} does not exist within the repository with name 'team/web'",
    );
  });

  test('are got as they were pushed, and what is missing is a failure beside them', async () => {
    const { digest, manifest } = await push(lab, 'team/web', 'v1');
    const got = await lab.client.send(
      new BatchGetImageCommand({ repositoryName: 'team/web', imageIds: [{ imageTag: 'v1' }, { imageTag: 'v2' }, {}] }),
    );
    expect(got.images).toMatchObject([{ imageId: { imageDigest: digest, imageTag: 'v1' }, imageManifest: manifest }]);
    expect(got.failures?.map((failure) => failure.failureCode)).toEqual(['ImageNotFound', 'MissingDigestAndTag']);
    const narrow = await lab.client.send(
      new BatchGetImageCommand({
        repositoryName: 'team/web',
        imageIds: [{ imageDigest: digest }],
        acceptedMediaTypes: ['application/vnd.oci.image.manifest.v1+json'],
      }),
    );
    expect([narrow.images, narrow.failures?.length]).toEqual([[], 1]);
  });

  test('get a second tag by PutImage, and a second PutImage says that nothing changed', async () => {
    const { digest, manifest } = await push(lab, 'team/web', 'v1');
    const put = (imageTag: string) =>
      lab.client.send(new PutImageCommand({ repositoryName: 'team/web', imageManifest: manifest, imageTag }));
    expect((await put('stable')).image?.imageId).toEqual({ imageDigest: digest, imageTag: 'stable' });
    await expect(put('stable')).rejects.toMatchObject({ name: 'ImageAlreadyExistsException' });
  });

  test('keep an immutable tag, also when the repository became immutable later', async () => {
    const first = await push(lab, 'team/web', 'v1');
    const second = await push(lab, 'team/web', 'v2');
    await lab.client.send(
      new PutImageTagMutabilityCommand({ repositoryName: 'team/web', imageTagMutability: 'IMMUTABLE' }),
    );
    const put = (imageManifest: string) =>
      lab.client.send(new PutImageCommand({ repositoryName: 'team/web', imageManifest, imageTag: 'v1' }));
    await expect(put(second.manifest)).rejects.toMatchObject({ name: 'ImageTagAlreadyExistsException' });
    await expect(put(first.manifest)).rejects.toMatchObject({ name: 'ImageAlreadyExistsException' });
  });

  test('lose a tag by tag, and go with their last one or by digest', async () => {
    const { digest, manifest } = await push(lab, 'team/web', 'v1');
    await lab.client.send(
      new PutImageCommand({ repositoryName: 'team/web', imageManifest: manifest, imageTag: 'stable' }),
    );
    const remove = (imageId: { imageTag?: string; imageDigest?: string }) =>
      lab.client.send(new BatchDeleteImageCommand({ repositoryName: 'team/web', imageIds: [imageId] }));
    const left = async () => (await lab.client.send(new ListImagesCommand({ repositoryName: 'team/web' }))).imageIds;
    await remove({ imageTag: 'v1' });
    expect(await left()).toEqual([{ imageDigest: digest, imageTag: 'stable' }]);
    await remove({ imageDigest: digest });
    expect(await left()).toEqual([]);
    expect((await remove({ imageTag: 'v1' })).failures?.[0]?.failureCode).toBe('ImageNotFound');
  });
});

describe('layers', () => {
  test('are available or not, and can be loaded from the address that is given', async () => {
    const { layer } = await push(lab, 'team/web', 'v1');
    const missing = digestOf('missing');
    const check = await lab.client.send(
      new BatchCheckLayerAvailabilityCommand({
        repositoryName: 'team/web',
        layerDigests: [digestOf(layer), missing, 'nonsense'],
      }),
    );
    expect(check.layers).toEqual([
      { layerDigest: digestOf(layer), layerAvailability: 'AVAILABLE', layerSize: layer.length },
      { layerDigest: missing, layerAvailability: 'UNAVAILABLE' },
    ]);
    expect(check.failures?.map((failure) => failure.failureCode)).toEqual(['InvalidLayerDigest']);
    const { downloadUrl } = await lab.client.send(
      new GetDownloadUrlForLayerCommand({ repositoryName: 'team/web', layerDigest: digestOf(layer) }),
    );
    const loaded = await fetch(downloadUrl ?? '');
    expect(digestOf(Buffer.from(await loaded.arrayBuffer()))).toBe(digestOf(layer));
    expect((await fetch((downloadUrl ?? '').replace(/.$/, '!'))).status).toBe(401);
  });
});
