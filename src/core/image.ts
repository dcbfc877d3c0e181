import type { RepositoryName } from './config.ts';

/** `registry/repository:tag@digest`; what the text does not have is undefined. */
export interface ImageReference {
  /** Host, with the port where there is one. Undefined: Docker Hub. */
  readonly registry: string | undefined;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Repository.html */
export interface RepositoryFacts {
  readonly name: RepositoryName;
  /** `host/name`, where docker pushes to. */
  readonly uri: string;
  readonly tagMutability: 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION';
  /** Patterns of tags (`*` stands for anything) to which the opposite of `tagMutability` applies. */
  readonly exclusions: readonly string[];
}

/**
 * Whether ECR refuses to move this tag once it is there.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 */
export function isImmutable(repository: Pick<RepositoryFacts, 'tagMutability' | 'exclusions'>, tag: string): boolean {
  const isExcluded = repository.exclusions.some((pattern) => matches(pattern, tag));
  switch (repository.tagMutability) {
    case 'MUTABLE':
      return false;
    case 'IMMUTABLE':
      return true;
    case 'IMMUTABLE_WITH_EXCLUSION':
      return !isExcluded;
    case 'MUTABLE_WITH_EXCLUSION':
      return isExcluded;
  }
}

function matches(pattern: string, tag: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(tag);
}

// https://github.com/distribution/reference has the grammar; a name's parts are joined by one dot, one or two underscores, or hyphens.
const namePart = '[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*';
const repositoryPattern = new RegExp(`^${namePart}(?:/${namePart})*$`);
const hostPattern =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)*[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?::\d{1,5})?$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

/**
 * A registry of ECR: account and region. Covers the dual-stack (`dkr-ecr`, `on.aws`) and FIPS names and AWS's other partitions.
 * https://docs.aws.amazon.com/general/latest/gr/ecr.html
 */
const ecrHost = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z]{2,}(?:-[a-z]+)+-\d+)\.[a-z0-9.-]+$/;

/** Undefined when it is no image reference. */
export function parseImageReference(text: string): ImageReference | undefined {
  let rest = text;
  let digest: string | undefined;
  const atSign = rest.indexOf('@');
  if (atSign >= 0) {
    digest = rest.slice(atSign + 1);
    rest = rest.slice(0, atSign);
    if (!digestPattern.test(digest)) return undefined;
  }
  let registry: string | undefined;
  const slash = rest.indexOf('/');
  // Docker's own rule: the first part is a host when it could not be the name of an account on Docker Hub.
  const first = slash < 0 ? '' : rest.slice(0, slash);
  if (first.includes('.') || first.includes(':') || first === 'localhost') {
    registry = first;
    rest = rest.slice(slash + 1);
    if (!hostPattern.test(registry)) return undefined;
  }
  let tag: string | undefined;
  const colon = rest.lastIndexOf(':');
  if (colon >= 0) {
    tag = rest.slice(colon + 1);
    rest = rest.slice(0, colon);
    if (!isTag(tag)) return undefined;
  }
  if (!repositoryPattern.test(rest)) return undefined;
  return { registry, repository: rest, tag, digest };
}

/** Whether docker and ECR take it as a tag: 1 to 128 of `A-Za-z0-9_.-`, not beginning with a dot or a hyphen. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html: 2 to 256 characters. */
export function isRepositoryName(text: string): boolean {
  return text.length >= 2 && text.length <= 256 && repositoryPattern.test(text);
}

/**
 * The repository in ECR that an image or a repository URI is in; undefined when it is in another registry.
 * A registry on loopback is taken for ECR's too: that is how a local AWS names its repositories.
 */
export function ecrRepository(reference: ImageReference): RepositoryName | undefined {
  const { registry, repository } = reference;
  if (registry === undefined) return undefined;
  const ecr = ecrHost.exec(registry);
  if (ecr !== null) return { account: ecr[1], region: ecr[2], name: repository };
  return isLoopback(registry) ? { account: undefined, region: undefined, name: repository } : undefined;
}

export function isLoopback(registry: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|(?:[a-z0-9-]+\.)+localhost)(?::\d+)?$/.test(registry);
}

/** What the input `repository` names, or what is wrong with it. */
export function parseRepository(
  text: string,
): { readonly name: RepositoryName } | { readonly problem: string; readonly fix: string } {
  if (!text.includes('/') && !text.includes(':') && !text.includes('@')) {
    return isRepositoryName(text) ? plainName(text) : notARepository(text);
  }
  const reference = parseImageReference(text);
  if (reference === undefined) return notARepository(text);
  if (reference.tag !== undefined || reference.digest !== undefined) {
    const uri = [reference.registry, reference.repository].filter((part) => part !== undefined).join('/');
    return { problem: `"${text}" names an image, not a repository`, fix: `write ${uri} and put the tag into tags` };
  }
  if (reference.registry === undefined) return isRepositoryName(text) ? plainName(text) : notARepository(text);
  const name = ecrRepository(reference);
  if (name === undefined) {
    return {
      problem: `"${text}" is not in ECR`,
      fix: 'write its URI (123456789012.dkr.ecr.eu-west-1.amazonaws.com/web); an image of another registry is deployed with the input image',
    };
  }
  return isRepositoryName(name.name) ? { name } : notARepository(text);
}

function plainName(name: string) {
  return { name: { account: undefined, region: undefined, name } };
}

function notARepository(text: string) {
  return {
    problem: `"${text}" is not a repository of ECR`,
    fix: 'write its name (web, team/web) or its URI (123456789012.dkr.ecr.eu-west-1.amazonaws.com/web), in lower case',
  };
}
