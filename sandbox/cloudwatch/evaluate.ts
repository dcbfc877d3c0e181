/** How an alarm judges its periods; pure. */

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** A period's datapoint: breaching, not breaching, or not there. */
export type Datapoint = boolean | undefined;

/** Periods looked at beyond EvaluationPeriods, as in the tables of AWS's page (5 looked at, 3 evaluated). */
export const EXTRA_PERIODS = 2;

/**
 * The state that follows from the datapoints of the evaluation range, oldest first; undefined keeps the present one.
 * docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html: the newest real datapoints count,
 * however old, and missing ones are filled in only when there are fewer real ones than EvaluationPeriods.
 */
export function evaluate(
  range: readonly Datapoint[],
  evaluationPeriods: number,
  datapointsToAlarm: number,
  missing: MissingData,
): AlarmState | undefined {
  const real = range.filter((datapoint) => datapoint !== undefined);
  if (real.length === 0) return ofNothing(missing);
  const breaching = real.slice(-evaluationPeriods).filter(Boolean).length;
  const state = (count: number): AlarmState => (count >= datapointsToAlarm ? 'ALARM' : 'OK');
  const absent = evaluationPeriods - real.length;
  if (absent <= 0 || missing === 'notBreaching') return state(breaching);
  if (missing === 'breaching') return state(breaching + absent);
  if (breaching >= datapointsToAlarm) return 'ALARM';
  if (real.includes(false)) return 'OK';
  // Nothing but breaching datapoints, too few of them: "avoiding premature transitions to alarm state" on the same page.
  if (missing === 'ignore') return undefined;
  const oldestAge = range.length - range.findIndex((datapoint) => datapoint !== undefined);
  return oldestAge >= datapointsToAlarm ? 'ALARM' : 'OK';
}

function ofNothing(missing: MissingData): AlarmState | undefined {
  switch (missing) {
    case 'missing':
      return 'INSUFFICIENT_DATA';
    case 'ignore':
      return undefined;
    case 'breaching':
      return 'ALARM';
    case 'notBreaching':
      return 'OK';
  }
}

const OPERATORS: Readonly<Record<string, { test(value: number, threshold: number): boolean; words: string }>> = {
  GreaterThanThreshold: { test: (value, threshold) => value > threshold, words: 'greater than' },
  GreaterThanOrEqualToThreshold: {
    test: (value, threshold) => value >= threshold,
    words: 'greater than or equal to',
  },
  LessThanThreshold: { test: (value, threshold) => value < threshold, words: 'less than' },
  LessThanOrEqualToThreshold: { test: (value, threshold) => value <= threshold, words: 'less than or equal to' },
};

/** Undefined for an operator of anomaly detection. */
export function comparison(
  operator: string,
): { test(value: number, threshold: number): boolean; words: string } | undefined {
  return OPERATORS[operator];
}
