/** A limit on the candidate's share of bad requests in one minute, as three tools apply it. */
import type { Rule } from '../rule.ts';
import { BASE_ERROR_RATE, BASE_SLOW_RATE, type Scenario } from '../scenarios.ts';
import type { Traffic } from '../traffic.ts';

/** 1 % of errors is five times stable's own 0.2 %; the limit on slow requests stands as far from stable's: 5 %. */
const ERROR_LIMIT = 0.01;
const SLOW_LIMIT = (ERROR_LIMIT / BASE_ERROR_RATE) * BASE_SLOW_RATE;

function limitOf({ metric }: Scenario): number {
  return metric === 'errors' ? ERROR_LIMIT : SLOW_LIMIT;
}

/**
 * Argo Rollouts measures each interval (here one minute) and fails when the measurements that failed, in all and not in
 * a row, are more than `failureLimit`. https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 * A minute without requests measures nothing here, as with a query that guards itself; without the guard it counts as
 * failed. `from` is a minimum of requests, which users write into the query.
 */
export function argoRollouts(failureLimit: number, from = 1): Rule {
  return {
    name: `Argo Rollouts, limit ${failureLimit}${from > 1 ? `, from ${from} requests` : ''}`,
    alpha: undefined,
    minutesToFlag({ candidate }: Traffic, scenario) {
      const limit = limitOf(scenario);
      let failed = 0;
      for (let minute = 0; minute < candidate.requests.length; minute++) {
        const requests = candidate.requests[minute] ?? 0;
        if (requests < from || (candidate.bad[minute] ?? 0) <= limit * requests) continue;
        failed += 1;
        if (failed > failureLimit) return minute + 1;
      }
      return 0;
    },
  };
}

/**
 * Flagger counts failed checks, in all and not in a row, and turns back at the tick after the one at which they reached
 * `threshold`: the count is compared before the next check is made. A minute without requests has no value and fails
 * the check. https://docs.flagger.app/usage/how-it-works and https://docs.flagger.app/usage/metrics
 */
export function flagger(threshold: number): Rule {
  return {
    name: `Flagger, threshold ${threshold}`,
    alpha: undefined,
    minutesToFlag({ candidate }: Traffic, scenario) {
      const limit = limitOf(scenario);
      let failed = 0;
      for (let minute = 0; minute < candidate.requests.length; minute++) {
        if (failed >= threshold) return minute + 1;
        const requests = candidate.requests[minute] ?? 0;
        if (requests === 0 || (candidate.bad[minute] ?? 0) > limit * requests) failed += 1;
      }
      return 0;
    },
  };
}

/**
 * A CloudWatch alarm on the candidate's target group, which ECS turns back on: 2 of the last 3 minutes breach. A minute
 * without requests has no datapoint and does not breach.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 */
export function alarm(datapointsToAlarm: number, evaluationPeriods: number): Rule {
  return {
    name: `ECS alarm, ${datapointsToAlarm} of ${evaluationPeriods} minutes`,
    alpha: undefined,
    minutesToFlag({ candidate }: Traffic, scenario) {
      const limit = limitOf(scenario);
      const breaches = (minute: number) => (candidate.bad[minute] ?? 0) > limit * (candidate.requests[minute] ?? 0);
      let breaching = 0;
      for (let minute = 0; minute < candidate.requests.length; minute++) {
        if (breaches(minute)) breaching += 1;
        if (minute >= evaluationPeriods && breaches(minute - evaluationPeriods)) breaching -= 1;
        if (breaching >= datapointsToAlarm) return minute + 1;
      }
      return 0;
    },
  };
}
