import type {
  DeleteAlarmsInput,
  DescribeAlarmsInput,
  MetricAlarm,
  PutMetricAlarmInput,
  SetAlarmStateInput,
} from '@aws-sdk/client-cloudwatch';
import type { Alarms, Place, SandboxClock } from '../contracts.ts';
import { AwsError } from '../wire/service.ts';
import { type AlarmState, comparison, type Datapoint, EXTRA_PERIODS, evaluate, type MissingData } from './evaluate.ts';
import type { MetricStore } from './metric-store.ts';
import { readStatistic, type Statistic } from './statistics.ts';

interface Alarm {
  readonly input: PutMetricAlarmInput;
  readonly statistic: Statistic;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly periodSeconds: number;
  readonly threshold: number;
  readonly missing: MissingData;
  readonly updated: Date;
  state: AlarmState;
  reason: string;
  changed: Date;
  /** Real time of the next look. */
  dueMs: number;
}

export interface AlarmParts {
  readonly clock: SandboxClock;
  readonly place: Place;
  readonly store: MetricStore;
  /** Real time that metrics are late; alarms look that far back. */
  readonly delayMs: number;
}

/** Looking for alarms that are due costs little, but not more often than this. */
const MIN_TICK_MS = 50;
const MISSING: readonly string[] = ['missing', 'ignore', 'breaching', 'notBreaching'];

function badValue(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

export function createAlarms({ clock, place, store, delayMs }: AlarmParts) {
  const alarms = new Map<string, Alarm>();
  const listeners = new Set<Parameters<Alarms['onAlarm']>[0]>();

  const setState = (name: string, alarm: Alarm, state: AlarmState, reason: string): void => {
    if (alarm.state === state) return;
    alarm.state = state;
    alarm.reason = reason;
    alarm.changed = clock.now();
    for (const fn of listeners) fn(name, state);
  };

  const look = (name: string, alarm: Alarm, nowMs: number): void => {
    const { periodSeconds, evaluationPeriods } = alarm;
    const count = evaluationPeriods + EXTRA_PERIODS;
    const periodMs = store.periodMs(periodSeconds);
    // Only whole periods count.
    const endMs = store.periodStart(nowMs - delayMs, periodSeconds);
    const { Namespace = '', MetricName = '', Dimensions = [], Unit, ComparisonOperator = '' } = alarm.input;
    const metric = { namespace: Namespace, name: MetricName, dimensions: Dimensions, unit: Unit };
    const range: Datapoint[] = new Array(count).fill(undefined);
    const operator = comparison(ComparisonOperator);
    let newest: number | undefined;
    for (const { startMs, values } of store.periods(metric, periodSeconds, endMs - count * periodMs, endMs)) {
      const value = alarm.statistic(values);
      const at = Math.round((startMs - endMs) / periodMs) + count;
      if (value === undefined || at < 0 || at >= count) continue;
      range[at] = operator?.test(value, alarm.threshold);
      newest = value;
    }
    const state = evaluate(range, evaluationPeriods, alarm.datapointsToAlarm, alarm.missing);
    if (state === undefined) return;
    setState(name, alarm, state, reasonFor(state, newest, alarm, operator?.words ?? ''));
  };

  const timer = setInterval(
    () => {
      const nowMs = clock.now().getTime();
      for (const [name, alarm] of alarms) {
        if (nowMs < alarm.dueMs) continue;
        alarm.dueMs = nextLook(alarm, nowMs);
        look(name, alarm, nowMs);
      }
    },
    Math.max(MIN_TICK_MS, clock.real(5_000)),
  );
  timer.unref();

  /** Once a minute, or every 10 s for shorter periods. */
  const nextLook = (alarm: Alarm, nowMs: number): number => {
    const seconds = alarm.periodSeconds < 60 ? 10 : 60;
    return store.periodStart(nowMs, seconds) + store.periodMs(seconds);
  };

  const existing = (name: string): Alarm => {
    const alarm = alarms.get(name);
    if (!alarm) throw new AwsError('ResourceNotFound', `Alarm with name ${name} does not exist`, 404);
    return alarm;
  };

  const describe = (name: string, alarm: Alarm): MetricAlarm => {
    const { Tags: _, ...input } = alarm.input;
    return {
      ...input,
      AlarmName: name,
      AlarmArn: `arn:aws:cloudwatch:${place.region}:${place.account}:alarm:${name}`,
      AlarmConfigurationUpdatedTimestamp: alarm.updated,
      ActionsEnabled: input.ActionsEnabled ?? true,
      OKActions: input.OKActions ?? [],
      AlarmActions: input.AlarmActions ?? [],
      InsufficientDataActions: input.InsufficientDataActions ?? [],
      Dimensions: input.Dimensions ?? [],
      StateValue: alarm.state,
      StateReason: alarm.reason,
      StateUpdatedTimestamp: alarm.changed,
      StateTransitionedTimestamp: alarm.changed,
    };
  };

  const port: Alarms = {
    state: (name) => alarms.get(name)?.state,
    onAlarm(fn) {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
  };

  const operations = {
    PutMetricAlarm(input: PutMetricAlarmInput) {
      const name = input.AlarmName ?? '';
      const before = alarms.get(name);
      const nowMs = clock.now().getTime();
      // An alarm that is changed keeps its state (PutMetricAlarm's page).
      alarms.set(name, {
        ...readAlarm(input),
        updated: clock.now(),
        state: before?.state ?? 'INSUFFICIENT_DATA',
        reason: before?.reason ?? 'Unchecked: Initial alarm creation',
        changed: before?.changed ?? clock.now(),
        dueMs: nowMs,
      });
      return {};
    },

    DescribeAlarms(input: DescribeAlarmsInput) {
      const types = input.AlarmTypes ?? ['MetricAlarm'];
      if (!types.includes('MetricAlarm')) return { MetricAlarms: [], CompositeAlarms: [] };
      let found = [...alarms].sort(([a], [b]) => (a < b ? -1 : 1));
      if (input.AlarmNames?.length) found = found.filter(([name]) => input.AlarmNames?.includes(name));
      if (input.AlarmNamePrefix) found = found.filter(([name]) => name.startsWith(input.AlarmNamePrefix ?? ''));
      if (input.StateValue) found = found.filter(([, { state }]) => state === input.StateValue);
      const start = input.NextToken === undefined ? 0 : Number(input.NextToken);
      if (!Number.isInteger(start) || start < 0) throw new AwsError('InvalidNextToken', 'The next token is not valid');
      const size = input.MaxRecords ?? 50;
      if (size < 1 || size > 100) throw badValue(`MaxRecords '${size}' must be between 1 and 100`);
      const more = start + size < found.length ? { NextToken: String(start + size) } : {};
      return {
        MetricAlarms: found.slice(start, start + size).map(([name, alarm]) => describe(name, alarm)),
        CompositeAlarms: [],
        ...more,
      };
    },

    DeleteAlarms(input: DeleteAlarmsInput) {
      const names = input.AlarmNames ?? [];
      for (const name of names) existing(name);
      for (const name of names) alarms.delete(name);
      return {};
    },

    /** Lasts until the next look at the metric. */
    SetAlarmState(input: SetAlarmStateInput) {
      const name = input.AlarmName ?? '';
      const alarm = existing(name);
      const state = input.StateValue;
      if (state !== 'OK' && state !== 'ALARM' && state !== 'INSUFFICIENT_DATA') {
        throw badValue(`StateValue '${state}' must be one of OK, ALARM, INSUFFICIENT_DATA`);
      }
      alarm.dueMs = nextLook(alarm, clock.now().getTime());
      setState(name, alarm, state, input.StateReason ?? '');
      return {};
    },
  };

  return { port, operations, close: (): void => clearInterval(timer) };
}

function readAlarm(input: PutMetricAlarmInput): Omit<Alarm, 'updated' | 'state' | 'reason' | 'changed' | 'dueMs'> {
  if (!input.AlarmName || input.AlarmName.length > 255) throw badValue('AlarmName must be 1 to 255 characters');
  if (input.Metrics || input.ThresholdMetricId || input.EvaluationCriteria) {
    throw badValue('Alarms on math expressions, anomaly detection or queries are not supported by the sandbox');
  }
  if (!input.Namespace || !input.MetricName) throw badValue('Namespace and MetricName must be specified');
  if (input.Threshold === undefined) throw badValue('Threshold must be specified');
  if (!comparison(input.ComparisonOperator ?? '')) {
    throw badValue(`ComparisonOperator '${input.ComparisonOperator}' is not supported by the sandbox`);
  }
  if ((input.Statistic === undefined) === (input.ExtendedStatistic === undefined)) {
    throw badValue('Exactly one of Statistic and ExtendedStatistic must be specified');
  }
  const periodSeconds = checkPeriod(input.Period);
  const evaluationPeriods = input.EvaluationPeriods ?? 0;
  if (!Number.isInteger(evaluationPeriods) || evaluationPeriods < 1) {
    throw badValue(`EvaluationPeriods '${input.EvaluationPeriods}' must be at least 1`);
  }
  const datapointsToAlarm = input.DatapointsToAlarm ?? evaluationPeriods;
  if (datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods) {
    throw badValue(`DatapointsToAlarm '${datapointsToAlarm}' must be between 1 and EvaluationPeriods`);
  }
  const missing = input.TreatMissingData ?? 'missing';
  if (!MISSING.includes(missing)) throw badValue(`TreatMissingData '${missing}' must be one of ${MISSING.join(', ')}`);
  return {
    input,
    statistic: readStatistic(input.ExtendedStatistic ?? input.Statistic ?? ''),
    evaluationPeriods,
    datapointsToAlarm,
    periodSeconds,
    threshold: input.Threshold,
    missing: missing as MissingData,
  };
}

/** 10, 30 or a multiple of 60 seconds. Throws ValidationError. */
export function checkPeriod(period: number | undefined): number {
  if (period === 10 || period === 30 || (period !== undefined && period > 0 && period % 60 === 0)) return period;
  throw badValue(`Period '${period}' must be 10, 30 or a multiple of 60`);
}

function reasonFor(state: AlarmState, newest: number | undefined, alarm: Alarm, words: string): string {
  if (state === 'INSUFFICIENT_DATA') return 'Insufficient Data: no datapoints were received';
  const not = state === 'ALARM' ? '' : 'not ';
  const { threshold } = alarm;
  if (newest === undefined) {
    return `Threshold Crossed: no datapoints were received and missing data was treated as ${alarm.missing}`;
  }
  return `Threshold Crossed: the last datapoint [${newest}] was ${not}${words} the threshold (${threshold})`;
}
