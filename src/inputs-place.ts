import { type NamedInEcs, parseNameInEcs } from './core/service-name.ts';
import type { InputReader } from './inputs.ts';
import { checkRegion } from './inputs-values.ts';

/** Cluster and service, and the region that they or the job name. */
export interface Place {
  /** Name or ARN, as given. */
  readonly cluster: string;
  /** Empty when the input was left out. */
  readonly service: string;
  readonly region: string | undefined;
}

export function readPlace(reader: InputReader, jobRegion: string | undefined): Place {
  const cluster = readName(reader, 'cluster', jobRegion);
  const service = readName(reader, 'service', jobRegion);
  const region = jobRegion ?? service?.region ?? cluster?.region;
  if (service?.cluster !== undefined && cluster !== undefined && cluster.name !== service.cluster) {
    const problem = `${cluster.name} is not the cluster in the service's ARN (${service.cluster})`;
    reader.fail('cluster', problem, 'leave cluster out, or give the service by its name');
  } else if (service?.region !== undefined && cluster?.region !== undefined && service.region !== cluster.region) {
    reader.fail('cluster', `is in ${cluster.region}, the service in ${service.region}`, 'name two of the same region');
  }
  const given = reader.text('cluster');
  return { cluster: given === '' ? (service?.cluster ?? 'default') : given, service: service?.name ?? '', region };
}

function readName(
  reader: InputReader,
  kind: 'cluster' | 'service',
  region: string | undefined,
): NamedInEcs | undefined {
  const text = reader.text(kind);
  if (text === '') return undefined;
  const named = parseNameInEcs(kind, text);
  if (named === undefined) return reader.fail(kind, `"${text}" is no name of a ${kind}`, 'write its name or its ARN');
  checkRegion(reader, kind, text, named.region, region);
  return named;
}
