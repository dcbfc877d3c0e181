/** The revision of an ECS deployment: an AppSpec file as a text (user guide, reference-appspec-file-structure-resources). */

import type { RevisionLocation } from '@aws-sdk/client-codedeploy';
import { parse } from 'yaml';
import { invalidRevision, refuse } from '../exceptions.ts';
import type { AppSpec, Revision } from '../model.ts';
import { sha256 } from '../names.ts';

/** Where a function may be run (user guide, reference-appspec-file-structure-hooks: "List of lifecycle event hooks"). */
export const HOOKS: readonly string[] = [
  'BeforeInstall',
  'AfterInstall',
  'AfterAllowTestTraffic',
  'BeforeAllowTraffic',
  'AfterAllowTraffic',
];

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws RevisionRequiredException, InvalidRevisionException */
export function readRevision(location: RevisionLocation | undefined, now: Date): Revision {
  if (location === undefined) throw refuse('RevisionRequiredException', 'Revision is missing');
  const type = location.revisionType;
  if (type !== 'AppSpecContent' && type !== 'String') {
    throw invalidRevision(`The revision type ${type} is not supported by the sandbox: AppSpecContent or String`);
  }
  const raw = type === 'String' ? location.string : location.appSpecContent;
  if (raw?.content === undefined || raw.content.trim() === '') {
    throw invalidRevision('The AppSpec content of the revision is missing');
  }
  const hash = sha256(raw.content);
  if (raw.sha256 !== undefined && raw.sha256.toLowerCase() !== hash) {
    throw invalidRevision('The SHA256 hash of the revision does not match its content');
  }
  return { type, content: raw.content, sha256: hash, appSpec: readAppSpec(raw.content), registerTime: now };
}

/** YAML, of which JSON is a part. */
export function readAppSpec(content: string): AppSpec {
  let file: unknown;
  try {
    file = parse(content);
  } catch (error) {
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n');
    throw invalidRevision(`The AppSpec file is not valid YAML or JSON: ${reason}`);
  }
  if (!isTree(file)) throw invalidRevision('The AppSpec file is not valid YAML or JSON');
  const version = member(file, 'version');
  if (Number(version) !== 0 || version === '' || version === null) {
    throw invalidRevision(`The AppSpec file has the version ${String(version)}; the only one is 0.0`);
  }
  const resources = member(file, 'Resources');
  if (!Array.isArray(resources) || resources.length !== 1 || !isTree(resources[0])) {
    throw invalidRevision('The AppSpec file must have exactly one entry in Resources');
  }
  const target = Object.values(resources[0])[0];
  if (!isTree(target) || member(target, 'Type') !== 'AWS::ECS::Service') {
    throw invalidRevision('The AppSpec file must have a resource of type AWS::ECS::Service');
  }
  return readProperties(member(target, 'Properties'), readHooks(member(file, 'Hooks')));
}

function readProperties(properties: unknown, hooks: ReadonlyMap<string, string>): AppSpec {
  if (!isTree(properties)) throw invalidRevision('The AppSpec file has no Properties of its service');
  const loadBalancer = member(properties, 'LoadBalancerInfo');
  const info = isTree(loadBalancer) ? loadBalancer : {};
  const containerPort = Number(member(info, 'ContainerPort'));
  if (!Number.isInteger(containerPort) || containerPort < 1 || containerPort > 65_535) {
    throw invalidRevision('The AppSpec file must have a LoadBalancerInfo with a ContainerPort');
  }
  const platformVersion = member(properties, 'PlatformVersion');
  return {
    taskDefinition: text(properties, 'TaskDefinition'),
    containerName: text(info, 'ContainerName'),
    containerPort,
    platformVersion: platformVersion === undefined ? undefined : String(platformVersion),
    networkConfiguration: inEcsWords(member(properties, 'NetworkConfiguration')),
    capacityProviderStrategy: inEcsWords(member(properties, 'CapacityProviderStrategy')),
    hooks,
  };
}

function readHooks(list: unknown): ReadonlyMap<string, string> {
  if (list === undefined || list === null) return new Map();
  if (!Array.isArray(list)) throw invalidRevision('The Hooks of the AppSpec file must be a list');
  const hooks = new Map<string, string>();
  for (const [event, name] of list.flatMap((entry) =>
    Object.entries(isTree(entry) ? entry : { [String(entry)]: '' }),
  )) {
    if (!HOOKS.includes(event)) throw invalidRevision(`The AppSpec file has an unknown hook: ${event}`);
    if (typeof name !== 'string' || name === '') throw invalidRevision(`The hook ${event} must name a Lambda function`);
    hooks.set(event, name);
  }
  return hooks;
}

function text(tree: Tree, name: string): string {
  const value = member(tree, name);
  if (typeof value !== 'string' || value === '') throw invalidRevision(`The AppSpec file is missing ${name}`);
  return value;
}

/** Both AWS's own examples and its actions write a few keys in small letters (`resources`, `hooks`). */
function member(tree: Tree, name: string): unknown {
  const key = Object.keys(tree).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : tree[key];
}

/** `AwsvpcConfiguration: {Subnets}` as ECS's API has it: `awsvpcConfiguration: {subnets}`. */
function inEcsWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inEcsWords);
  if (!isTree(value)) return value ?? undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key.charAt(0).toLowerCase() + key.slice(1), inEcsWords(one)]),
  );
}
