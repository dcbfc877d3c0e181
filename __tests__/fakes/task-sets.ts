/**
 * A service with task sets behind a load balancer, over a fake clock. It keeps these rules of the real ones:
 * - a task set wants the service's desired count times its scale, rounded up; tasks need `startMs` to be running and healthy;
 * - DeleteTaskSet makes it DRAINING, its targets get no new requests from then on, and `drainTasksMs` later it is gone, tags and all;
 *   the primary one is not deleted; the token of CreateTaskSet makes the same one only once;
 * - a forward action is written whole, with weights from 0 to 999; what is written to a rule is seen by users `propagationMs` later.
 * And it watches over the users. `harm` says what they would have met: a weight for a group without healthy targets, more traffic than
 * the tasks of a group are for, tasks gone before the users were led elsewhere, cookies that lead where nobody serves. Of the two things
 * that AWS may do with a cookie of a group whose weight is 0 it does both.
 */
import { CallError } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { ServiceFacts, TargetFacts } from '../../src/core/service.ts';
import type { TaskSetFacts, TrafficRule } from '../../src/core/taskset-facts.ts';
import { stickinessOf, weightsOf } from '../../src/core/taskset-weights.ts';
import type { LoadBalancers, TaskSets, TrafficRules } from '../../src/ports.ts';
import type { FakeClock } from './clock.ts';

const ECS = 'arn:aws:ecs:eu-west-1:111122223333';
const ELB = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
export const A = `${ELB}:targetgroup/blue/1111111111111111`;
export const B = `${ELB}:targetgroup/green/2222222222222222`;
export const C = `${ELB}:targetgroup/other/3333333333333333`;
export const ruleArn = (n: number): string => `${ELB}:listener-rule/app/web/b1/l1/r${n}`;
export const TEST_RULE = `${ELB}:listener-rule/app/web/b1/l2/t1`;
export const DEFINITION_1 = `${ECS}:task-definition/web:1`;
export const DEFINITION_2 = `${ECS}:task-definition/web:2`;

/** The runner is gone: no code of it runs any more. */
export class Killed extends Error {}

export interface FakeTaskSetsOptions {
  readonly desiredCount?: number;
  readonly startMs?: number;
  readonly drainTasksMs?: number;
  readonly propagationMs?: number;
  /** Production rules; two unless given. */
  readonly rules?: readonly (readonly JsonObject[])[];
  readonly testActions?: readonly JsonObject[];
  /** A target group has stickiness of its own, so that the load balancer refuses to switch that of a rule off. */
  readonly holdsStickiness?: boolean;
  /** A task set that was made is described only so much later. */
  readonly shownAfterMs?: number;
  /** Task sets made after the first one never get healthy. */
  readonly neverHealthy?: boolean;
}

interface TaskSet {
  facts: TaskSetFacts;
  /** When each task is healthy. */
  readyAt: number[];
  token: string | undefined;
}

export interface FakeTaskSets {
  readonly taskSets: TaskSets;
  readonly trafficRules: TrafficRules;
  readonly loadBalancers: LoadBalancers;
  readonly service: ServiceFacts;
  /** Names of the calls that were made, in order. */
  readonly calls: string[];
  /** What users would have met. */
  readonly harm: string[];
  /** The candidate's weights of the first production rule, at every change. */
  readonly weights: string[];
  /** The runner dies with its nth call from now on, after the effect and before the answer has come back. */
  killAfter(n: number): void;
  /** Calls of this name fail with this until it is called again without an error. */
  failWith(name: string, error?: CallError): void;
  /** The effect of the next call of this name takes place, its answer is lost. */
  loseAnswer(name: string): void;
  actions(ruleArn: string): readonly JsonObject[];
  /** Somebody else writes a rule. */
  writeRule(ruleArn: string, actions: readonly JsonObject[]): void;
  /** Every target of the group is unhealthy from now on, or not any more. */
  setSick(targetGroupArn: string, sick: boolean): void;
  sets(): readonly TaskSetFacts[];
  change(id: string, part: Partial<TaskSetFacts>): void;
  /** Nothing but one primary task set, which all rules lead to, and a test rule that leads nowhere else. */
  isClean(): string | undefined;
}

export function forward(weights: readonly (readonly [string, number])[], stickySeconds?: number): JsonObject {
  return {
    Type: 'forward',
    Order: 1,
    ForwardConfig: {
      TargetGroups: weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
      TargetGroupStickinessConfig: {
        Enabled: stickySeconds !== undefined,
        ...(stickySeconds === undefined ? {} : { DurationSeconds: stickySeconds }),
      },
    },
  };
}

export function createFakeTaskSets(clock: FakeClock, options: FakeTaskSetsOptions = {}): FakeTaskSets {
  const { desiredCount = 4, startMs = 5_000, drainTasksMs = 10_000, propagationMs = 60_000 } = options;
  const calls: string[] = [];
  const harm: string[] = [];
  const weights: string[] = [];
  const sick = new Set<string>();
  const failures = new Map<string, CallError>();
  let lost: string | undefined;
  let callsToLive = Number.POSITIVE_INFINITY;
  let made = 1;
  let sets: TaskSet[] = [];
  const rules = new Map<string, TrafficRule>();
  /** What users are still led by, by rule. */
  const seenByUsers = new Map<string, { actions: readonly JsonObject[]; until: number }[]>();
  /** Until when cookies name a group, by rule and group. */
  const cookies = new Map<string, number>();

  const wanted = (set: TaskSetFacts): number =>
    set.status === 'DRAINING' ? 0 : Math.ceil(Number(((desiredCount * set.scale) / 100).toFixed(6)));
  const running = (set: TaskSet): number =>
    set.facts.status === 'DRAINING' ? 0 : set.readyAt.filter((at) => at <= clock.now()).length;
  const shown = (set: TaskSet): TaskSetFacts => ({
    ...set.facts,
    computedDesiredCount: wanted(set.facts),
    runningCount: running(set),
    pendingCount: Math.max(0, wanted(set.facts) - running(set)),
    isSteady: running(set) === wanted(set.facts) && !sick.has(set.facts.targetGroupArn ?? ''),
  });
  const healthyIn = (group: string): number =>
    sick.has(group) ? 0 : sets.reduce((sum, set) => sum + (set.facts.targetGroupArn === group ? running(set) : 0), 0);

  function scaleTo(set: TaskSet, percent: number): void {
    set.facts = { ...set.facts, scale: percent };
    const more = wanted(set.facts) - set.readyAt.length;
    const at = options.neverHealthy && set.facts.id !== 'ecs-svc/1' ? Number.POSITIVE_INFINITY : clock.now() + startMs;
    set.readyAt =
      more >= 0 ? [...set.readyAt, ...Array<number>(more).fill(at)] : set.readyAt.slice(0, wanted(set.facts));
    clock.after(startMs, watch);
  }

  function put(arn: string, actions: readonly JsonObject[], isDefault = false): void {
    const before = rules.get(arn);
    if (before !== undefined) {
      const until = clock.now() + propagationMs;
      seenByUsers.set(arn, [...(seenByUsers.get(arn) ?? []), { actions: before.actions, until }]);
      noteCookies(arn, before.actions, until);
    }
    rules.set(arn, { ruleArn: arn, listenerArn: `${ELB}:listener/app/web/b1/l1`, isDefault, actions });
    noteCookies(arn, actions, clock.now());
    if (arn === ruleArn(1)) weights.push(`${weightsOf(actions).get(A) ?? '-'}:${weightsOf(actions).get(B) ?? '-'}`);
  }

  /** A cookie lives as long as its duration after the last answer that could carry it. */
  function noteCookies(arn: string, actions: readonly JsonObject[], until: number): void {
    const { seconds } = stickinessOf(actions);
    if (seconds === undefined) return;
    for (const [group, weight] of weightsOf(actions)) {
      if (weight > 0) cookies.set(`${arn} ${group}`, until + seconds * 1_000);
    }
  }

  /** What users meet at this moment. */
  function watch(): void {
    for (const [arn, rule] of rules) {
      if (arn === TEST_RULE) continue;
      const old = (seenByUsers.get(arn) ?? []).filter(({ until }) => until > clock.now());
      seenByUsers.set(arn, old);
      for (const actions of [rule.actions, ...old.map((one) => one.actions)]) meet(arn, actions);
    }
  }

  function meet(arn: string, actions: readonly JsonObject[]): void {
    const all = weightsOf(actions);
    const total = [...all.values()].reduce((sum, weight) => sum + weight, 0);
    const hurt = (what: string): void => {
      const line = `${arn.slice(-2)} ${[...all.values()].join(':')}: ${what}`;
      if (!harm.includes(line)) harm.push(line);
    };
    for (const [group, weight] of all) {
      if (group === C) continue;
      const healthy = healthyIn(group);
      if (weight > 0 && healthy === 0) hurt(`nobody healthy in ${group}`);
      // A task more or less is the least that there is.
      else if (weight > 0 && healthy < Math.floor((desiredCount * weight) / total)) hurt(`too few tasks in ${group}`);
      const sticky = stickinessOf(actions).seconds !== undefined;
      if (sticky && healthy === 0 && (cookies.get(`${arn} ${group}`) ?? 0) > clock.now()) {
        hurt(`cookies lead to ${group}, where nobody is healthy`);
      }
    }
  }

  async function called<T>(name: string, effect: () => T): Promise<T> {
    calls.push(name);
    callsToLive -= 1;
    const failure = failures.get(name);
    if (failure !== undefined) throw failure;
    const answer = effect();
    watch();
    if (callsToLive === 0) throw new Killed(name);
    if (lost === name) {
      lost = undefined;
      throw new CallError('network', '', `${name}: the connection was reset`);
    }
    return answer;
  }

  const invalid = (text: string): CallError => new CallError('invalid', 'InvalidParameterException', text);
  const find = (reference: string): TaskSet => {
    const set = sets.find(({ facts }) => facts.id === reference || facts.taskSetArn === reference);
    if (set === undefined) throw new CallError('not-found', 'TaskSetNotFoundException', `no task set ${reference}`);
    return set;
  };

  function add(request: JsonObject, status: string): TaskSet {
    const id = `ecs-svc/${made}`;
    made += 1;
    const entry = ((request['loadBalancers'] ?? []) as JsonObject[])[0];
    const set: TaskSet = {
      readyAt: [],
      token: request['clientToken'] as string | undefined,
      facts: {
        taskSetArn: `${ECS}:task-set/demo/web/${id}`,
        id,
        status,
        taskDefinition: request['taskDefinition'] as string,
        externalId: request['externalId'] as string | undefined,
        scale: 0,
        computedDesiredCount: 0,
        runningCount: 0,
        pendingCount: 0,
        isSteady: false,
        createdAt: clock.now(),
        targetGroupArn: entry?.['targetGroupArn'] as string | undefined,
        tags: new Map(((request['tags'] ?? []) as JsonObject[]).map(({ key, value }) => [String(key), String(value)])),
        raw: request,
      },
    };
    sets.push(set);
    scaleTo(set, ((request['scale'] as JsonObject | undefined)?.['value'] as number | undefined) ?? 100);
    return set;
  }

  for (const [index, actions] of (
    options.rules ??
    Array(2).fill([
      forward([
        [A, 100],
        [B, 0],
      ]),
    ])
  ).entries()) {
    put(ruleArn(index + 1), actions);
  }
  put(
    TEST_RULE,
    options.testActions ?? [
      forward([
        [A, 1],
        [B, 0],
      ]),
    ],
  );
  const first = add(
    {
      taskDefinition: DEFINITION_1,
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp: 'DISABLED', newMember: 'kept' },
      },
      loadBalancers: [{ targetGroupArn: A, containerName: 'web', containerPort: 8080 }],
      serviceRegistries: [],
      tags: [{ key: 'team', value: 'shop' }],
    },
    'PRIMARY',
  );
  first.readyAt = first.readyAt.map(() => clock.now());

  return {
    calls,
    harm,
    weights,
    killAfter(n) {
      callsToLive = n;
    },
    failWith(name, error) {
      if (error === undefined) failures.delete(name);
      else failures.set(name, error);
    },
    loseAnswer(name) {
      lost = name;
    },
    actions: (arn) => rules.get(arn)?.actions ?? [],
    writeRule: put,
    setSick(group, isSick) {
      if (isSick) sick.add(group);
      else sick.delete(group);
    },
    sets: () => sets.map(shown),
    change(id, part) {
      const set = find(id);
      set.facts = { ...set.facts, ...part };
    },
    isClean() {
      const [only, ...others] = sets;
      if (only === undefined || others.length > 0 || only.facts.status !== 'PRIMARY') {
        return `task sets: ${sets.map(({ facts }) => `${facts.id} ${facts.status}`).join(', ')}`;
      }
      const group = only.facts.targetGroupArn;
      for (const [arn, { actions }] of rules) {
        const led = [...weightsOf(actions)].flatMap(([one, weight]) => (weight > 0 ? [one] : []));
        if (led.length !== 1 || led[0] !== group) return `${arn} leads to ${led.join(', ')}`;
      }
      return running(only) === desiredCount ? undefined : `${running(only)} tasks run`;
    },
    service: {
      serviceArn: `${ECS}:service/demo/web`,
      clusterArn: `${ECS}:cluster/demo`,
      serviceName: 'web',
      status: 'ACTIVE',
      deploymentController: 'EXTERNAL',
      taskDefinition: '',
      desiredCount,
      runningCount: desiredCount,
      launchType: undefined,
      deploymentConfiguration: {},
      loadBalancers: [],
      healthCheckGracePeriodSeconds: undefined,
      currentServiceDeployment: undefined,
      currentServiceRevisions: [],
      schedulingStrategy: 'REPLICA',
    } as unknown as ServiceFacts,
    taskSets: {
      list: () => called('ListTaskSets', () => sets.map(shown)),
      describe: (_cluster, _service, ids) =>
        called('DescribeTaskSets', () =>
          sets
            .filter(({ facts }) => ids.includes(facts.id))
            .filter(
              ({ facts }) => facts.status === 'PRIMARY' || clock.now() >= facts.createdAt + (options.shownAfterMs ?? 0),
            )
            .map(shown),
        ),
      create: (_cluster, _service, request) =>
        called('CreateTaskSet', () => {
          const before = sets.find(({ token }) => token !== undefined && token === request['clientToken']);
          if (String(request['clientToken']).length > 36) throw invalid('client token');
          for (const tag of request['tags'] as JsonObject[]) checkTag(tag);
          return shown(before ?? add(request, 'ACTIVE'));
        }),
      scale: (_cluster, _service, id, percent) =>
        called('UpdateTaskSet', () => {
          if (find(id).facts.status === 'DRAINING') throw invalid('draining');
          scaleTo(find(id), percent);
        }),
      makePrimary: (_cluster, _service, id) =>
        called('UpdateServicePrimaryTaskSet', () => {
          const next = find(id);
          if (next.facts.status === 'DRAINING') throw invalid('draining');
          for (const set of sets) if (set.facts.status === 'PRIMARY') set.facts = { ...set.facts, status: 'ACTIVE' };
          next.facts = { ...next.facts, status: 'PRIMARY' };
        }),
      remove: (_cluster, _service, id) =>
        called('DeleteTaskSet', () => {
          const set = sets.find(({ facts }) => facts.taskSetArn === id);
          if (set === undefined || set.facts.status === 'DRAINING') return;
          if (set.facts.status === 'PRIMARY') throw invalid('Primary TaskSet cannot be deleted');
          set.facts = { ...set.facts, status: 'DRAINING' };
          clock.after(drainTasksMs, () => {
            sets = sets.filter((other) => other !== set);
          });
        }),
      tag: (arn, tags) =>
        called('TagResource', () => {
          for (const [key, value] of Object.entries(tags)) checkTag({ key, value });
          const set = find(arn);
          set.facts = { ...set.facts, tags: new Map([...set.facts.tags, ...Object.entries(tags)]) };
        }),
    },
    trafficRules: {
      describe: (arns) => called('DescribeRules', () => arns.flatMap((arn) => rules.get(arn) ?? [])),
      around: () => called('DescribeRulesAround', () => [...rules.values()]),
      write: (rule, actions) =>
        called('ModifyRule', () => {
          for (const weight of weightsOf(actions).values()) {
            if (!Number.isInteger(weight) || weight < 0 || weight > 999) throw invalid(`weight ${weight}`);
          }
          if (options.holdsStickiness && stickinessOf(actions).seconds === undefined) {
            throw new CallError('invalid', 'InvalidConfigurationRequest', 'You must enable group stickiness');
          }
          put(rule.ruleArn, actions);
        }),
    },
    loadBalancers: {
      rules: () => called('DescribeRules', () => []),
      targetGroups: (arns) =>
        called('DescribeTargetGroups', () =>
          arns.map((targetGroupArn) => ({ targetGroupArn, targetType: 'ip', healthCheckPath: '/' })),
        ),
      targets: (group) =>
        called('DescribeTargetHealth', () =>
          sets
            .filter(({ facts }) => facts.targetGroupArn === group)
            .flatMap((set) =>
              set.readyAt.map(
                (at, index): TargetFacts => ({
                  id: `10.0.0.${index}`,
                  port: 8080,
                  state:
                    set.facts.status === 'DRAINING'
                      ? 'draining'
                      : at > clock.now()
                        ? 'initial'
                        : sick.has(group)
                          ? 'unhealthy'
                          : 'healthy',
                  reason: undefined,
                  description: undefined,
                }),
              ),
            ),
        ),
      address: () => called('DescribeListeners', () => 'http://lb.example.com:8081'),
    },
  };

  function checkTag({ key, value }: JsonObject): void {
    if (!/^[\p{L}\p{N} +\-=._:/@]{0,256}$/u.test(String(value))) throw invalid(`tag ${String(key)}: ${String(value)}`);
  }
}
