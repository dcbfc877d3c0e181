/** Inputs that say something to one engine only. Which one the service has is not known here: they are checked for their form. */
import type { CodeDeploySettings, TaskSetSettings } from './core/config.ts';
import type { InputName, InputReader } from './inputs.ts';
import {
  type ArnKind,
  checkArn,
  hourMs,
  optional,
  readChoice,
  readDuration,
  readList,
  readOptionalDuration,
} from './inputs-values.ts';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
const ruleOrListener: ArnKind = {
  what: 'a listener rule or a listener',
  service: 'elasticloadbalancing',
  resource: /^(listener-rule\/(app|net)(\/[\w-]+){4}|listener\/(app|net)(\/[\w-]+){3})$/,
  example: 'elasticloadbalancing:<region>:<account>:listener-rule/app/…, or …:listener/app/…',
};
const targetGroup: ArnKind = {
  what: 'a target group',
  service: 'elasticloadbalancing',
  resource: /^targetgroup(\/[\w-]+){2}$/,
  example: 'elasticloadbalancing:<region>:<account>:targetgroup/<name>/<id>',
};

export function readTaskSet(reader: InputReader, region: string | undefined): TaskSetSettings {
  const productionRules = readList(reader, 'production-rules', '', () => true);
  for (const arn of productionRules) checkArn(reader, 'production-rules', arn, ruleOrListener, region);
  const testRule = optional(reader, 'test-rule');
  if (testRule !== undefined) checkArn(reader, 'test-rule', testRule, ruleOrListener, region);
  if (testRule !== undefined && productionRules.includes(testRule)) {
    reader.fail(
      'test-rule',
      `${testRule} is among production-rules too`,
      'name a rule that leads no user anywhere, or leave it out',
    );
  }
  const group = optional(reader, 'target-group');
  if (group !== undefined) checkArn(reader, 'target-group', group, targetGroup, region);
  return {
    productionRules,
    testRule,
    targetGroup: group,
    capacity: readChoice(reader, 'capacity', ['proportional', 'full']),
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupStickinessConfig.html
    stickinessMs: readOptionalDuration(reader, 'stickiness', 1_000, 168 * hourMs),
    // After a fault the value is not used.
    drainMs: readDuration(reader, 'drain', '120s', 0, hourMs) ?? 0,
  };
}

export function readCodeDeploy(reader: InputReader): CodeDeploySettings {
  return {
    application: readName(reader, 'codedeploy-application'),
    deploymentGroup: readName(reader, 'codedeploy-deployment-group'),
    deploymentConfig: readName(reader, 'codedeploy-config'),
  };
}

/** Up to 100 characters, whichever. https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateApplication.html */
function readName(reader: InputReader, name: InputName): string | undefined {
  const text = optional(reader, name);
  if (text === undefined) return undefined;
  if (text.startsWith('arn:')) return reader.fail(name, `${text} is an ARN`, 'write the name alone');
  if (text.length <= 100) return text;
  return reader.fail(name, `has ${text.length} characters, and a name has at most 100`, 'write the name alone');
}
