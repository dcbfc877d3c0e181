import { cacheTag } from './core/build-args.ts';
import type { Build } from './core/config.ts';
import type { Fault } from './core/errors.ts';
import { isTag, parseRepository } from './core/image.ts';
import { linesOf, pairsOf, shorten } from './core/lists.ts';
import type { InputName, InputReader } from './inputs.ts';
import { readList } from './inputs-values.ts';

/** Inputs that say nothing unless something is built. */
export const buildOnlyInputs = [
  'context',
  'dockerfile',
  'target',
  'platforms',
  'build-contexts',
  'build-args',
  'build-secrets',
  'tags',
  'cache',
] as const satisfies readonly InputName[];

/** The inputs of the build; `region` is what the repository's URI says. Faults go to the reader, or into `faults`. */
export function readBuild(
  reader: InputReader,
  sha: string,
  faults: Fault[],
): { readonly build: Build; readonly region: string | undefined } {
  const repository = reader.text('repository');
  const parsed = parseRepository(repository);
  if ('problem' in parsed) reader.fail('repository', parsed.problem, parsed.fix);
  const secrets = pairsOf(reader.text('build-secrets'), {
    subject: 'build-secrets',
    keyWord: 'id',
    isKey: (id) => /^[A-Za-z0-9_.-]+$/.test(id),
    isSecret: true,
  });
  faults.push(...secrets.faults);
  const contexts = pairsOf(reader.text('build-contexts'), {
    subject: 'build-contexts',
    keyWord: 'name',
    isKey: (name) => !/\s/.test(name),
  });
  faults.push(...contexts.faults);
  for (const [name, source] of contexts.pairs) {
    if (source === '')
      reader.fail('build-contexts', `${name} has no source`, 'write a folder, a Git address or docker-image://…');
  }
  const cache = reader.text('cache') || 'none';
  if (cache !== 'registry' && cache !== 'none') {
    reader.fail('cache', `"${cache}" is not known`, 'write registry or none, or leave it out');
  }
  const build: Build = {
    repository,
    context: readContext(reader),
    dockerfile: reader.text('dockerfile') || undefined,
    target: reader.text('target') || undefined,
    platforms: readPlatforms(reader),
    buildContexts: contexts.pairs,
    buildArgs: readBuildArgs(reader),
    buildSecrets: secrets.pairs,
    tags: readTags(reader, sha, cache === 'registry'),
    cache: cache === 'registry' ? 'registry' : 'none',
    revision: sha,
  };
  return { build, region: 'name' in parsed ? parsed.name.region : undefined };
}

function readContext(reader: InputReader): string {
  const context = reader.text('context') || '.';
  // Docker would take it for an option, and a single `-` for its standard input.
  if (context.startsWith('-')) reader.fail('context', `"${context}" begins with a hyphen`, `write ./${context}`);
  return context;
}

function readPlatforms(reader: InputReader): readonly string[] {
  return readList(reader, 'platforms', 'linux/amd64', (platform) =>
    /^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9.]+)?$/.test(platform),
  );
}

function readTags(reader: InputReader, sha: string, keepsCache: boolean): readonly string[] {
  const tags = readList(reader, 'tags', 'v1.2.3', isTag);
  if (keepsCache && tags.includes(cacheTag)) {
    reader.fail('tags', `${cacheTag} is where cache: registry keeps its layers`, 'use another tag');
  }
  if (reader.text('tags') !== '') return tags;
  if (sha !== '') return [sha];
  reader.fail(
    'tags',
    'is missing, and the commit that would be the tag is not known (GITHUB_SHA is empty)',
    'write a tag',
  );
  return [];
}

function readBuildArgs(reader: InputReader): readonly string[] {
  const seen = new Set<string>();
  return linesOf(reader.text('build-args')).map((line) => {
    const key = line.text.split('=')[0] ?? '';
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(key)) {
      const problem = `line ${line.number} "${shorten(line.text)}" is not KEY=value`;
      reader.fail('build-args', problem, 'write one KEY=value a line, or KEY to take it from the environment');
    } else if (seen.has(key)) {
      reader.fail('build-args', `${key} is given twice`, `keep one line for ${key}`);
    }
    seen.add(key);
    return line.text;
  });
}
