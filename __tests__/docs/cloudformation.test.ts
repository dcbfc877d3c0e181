import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readRequest } from '../../src/inputs.ts';
import { isInstalled, runProgram, sayOnce } from '../sandbox/clients/_cli.ts';
import { type JsonMap, type References, readTemplate, referencesIn, resolveTemplate, type World } from './_template.ts';

const hasLint = isInstalled('cfn-lint');
if (!hasLint) sayOnce('skipped: cfn-lint over examples/aws (there is no cfn-lint)');

const files = ['examples/aws/service.yaml', 'examples/aws/role.yaml'] as const;
const service = readTemplate(files[0]);
const role = readTemplate(files[1]);

interface Statement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** The statements of docs/permissions.md for the job's role, by the heading above them. */
const onThePage: ReadonlyMap<string, readonly Statement[]> = new Map(
  readFileSync('docs/permissions.md', 'utf8')
    .split(/^(?=#{2,3} )/m)
    .map((section) => [
      /^#+ (.*)$/m.exec(section)?.[1] ?? '',
      [...section.matchAll(/^```json\n([\s\S]*?)^```$/gm)].flatMap(
        ([, json = '']) => (JSON.parse(json) as { readonly Statement: readonly Statement[] }).Statement,
      ),
    ]),
);

/** The page's statements under these headings, and with these names those for what is used besides. */
function pages(headings: readonly string[], besides: readonly string[]): readonly Statement[] {
  const found = headings.flatMap((heading) => onThePage.get(heading) ?? []);
  const uses = onThePage.get('What you use besides') ?? [];
  return [...found, ...uses.filter(({ Sid }) => besides.includes(Sid))];
}

/** Roles, account and region of docs/permissions.md. */
const roles: Readonly<Record<string, string>> = {
  TaskRole: 'web-task',
  ExecutionRole: 'web-execution',
  InfrastructureRole: 'ecs-infrastructure',
  DeployRole: 'deploy-web',
};
const account = '123456789012';
const world: World = {
  region: 'eu-central-1',
  account,
  id: (logicalId) => {
    if (logicalId === 'GitHubProvider') {
      return `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
    }
    return { LogGroup: 'web', ErrorAlarm: 'web-5xx', LatencyAlarm: 'web-p99' }[logicalId] ?? logicalId;
  },
  attribute: (logicalId, name) => {
    if (logicalId === 'Repository') return `arn:aws:ecr:eu-central-1:${account}:repository/web`;
    if (name === 'Arn') return `arn:aws:iam::${account}:role/${roles[logicalId]}`;
    return `${logicalId}.${name}`;
  },
};

const ofService = { GitHubRepository: 'your-organisation/your-repository', Vpc: 'vpc-1', Subnets: 'subnet-1,subnet-2' };
const ofRole = {
  GitHubRepository: ofService.GitHubRepository,
  Cluster: 'demo',
  Service: 'web',
  Family: 'web',
  Repository: 'web',
  LogGroup: 'web',
  TaskRoleArns: ['web-task', 'web-execution'].map((name) => `arn:aws:iam::${account}:role/${name}`).join(','),
  InfrastructureRoleArn: `arn:aws:iam::${account}:role/ecs-infrastructure`,
  LoadBalancer: 'web',
};

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}
const jobsRole = (template: typeof service, given: Readonly<Record<string, string | number>>): JsonMap =>
  resolveTemplate(template, given, world).properties('DeployRole');
const policiesOf = (properties: JsonMap) => properties['Policies'] as unknown as readonly Policy[];
const statementsOf = (properties: JsonMap) =>
  policiesOf(properties).flatMap(({ PolicyDocument: { Statement } }) => Statement);

const bySid = (one: Statement, other: Statement) => one.Sid.localeCompare(other.Sid);
const sorted = (statements: readonly Statement[]) => [...statements].sort(bySid);

describe.each(files)('%s', (file) => {
  const template = file === files[0] ? service : role;
  const { Resources, Parameters, Conditions, Outputs, Metadata } = template;
  const used: References = referencesIn({ Resources, Conditions, Outputs });

  test('refers only to parameters, resources and conditions that it has', () => {
    const known = [...Object.keys(Parameters), ...Object.keys(Resources)];
    expect(used.names.size).toBeGreaterThan(10);
    expect([...used.names].filter((name) => !known.includes(name))).toEqual([]);
    const owners = [...used.attributes].map((attribute) => attribute.split('.')[0] ?? '');
    expect(owners.filter((name) => Resources[name] === undefined)).toEqual([]);
    expect([...used.conditions].filter((name) => Conditions[name] === undefined)).toEqual([]);
  });

  test('uses every parameter and condition, and describes what it asks for and what it gives', () => {
    expect(Object.keys(Parameters).filter((name) => !used.names.has(name))).toEqual([]);
    expect(Object.keys(Conditions).filter((name) => !used.conditions.has(name))).toEqual([]);
    const told = [...Object.values(Parameters), ...Object.values(Outputs)];
    expect(told.filter(({ Description = '' }) => !/^\S.{15,}\.$/s.test(Description.trim()))).toEqual([]);
  });

  test('shows each parameter in one group of the console', () => {
    const { ParameterGroups } = Metadata['AWS::CloudFormation::Interface'] as unknown as {
      readonly ParameterGroups: readonly { readonly Parameters: readonly string[] }[];
    };
    const shown = ParameterGroups.flatMap((group) => group.Parameters);
    expect([...shown].sort()).toEqual(Object.keys(Parameters).sort());
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
  test("is small enough to be deployed without a bucket, and its job's role for inline policies", () => {
    expect(statSync(file).size).toBeLessThan(51_200);
    const most = { AllowCounts: 'yes', AllowMigrate: 'yes' };
    const properties =
      template === service
        ? [jobsRole(service, { ...ofService, ...most })]
        : ['ECS', 'EXTERNAL', 'CODE_DEPLOY'].map((Controller) =>
            jobsRole(role, { ...ofRole, ...most, AllowList: 'yes', Controller }),
          );
    for (const one of properties) {
      const documents = policiesOf(one).map(({ PolicyDocument }) => JSON.stringify(PolicyDocument));
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
      expect(documents.join('').length).toBeLessThan(10_240);
    }
  });

  test('lets the one repository and the one environment in, as docs/permissions.md has it', () => {
    const trust = onThePage.get("Who may assume it: GitHub's OIDC");
    const given = template === service ? ofService : ofRole;
    for (const MakeGitHubProvider of ['yes', 'no']) {
      const { AssumeRolePolicyDocument: document } = jobsRole(template, { ...given, MakeGitHubProvider });
      expect((document as JsonMap)['Statement']).toEqual(trust);
    }
  });

  test('takes a repository with its ids, a branch in place of an environment, and no wildcard', () => {
    const given = template === service ? ofService : ofRole;
    const GitHubRepository = 'your-organisation@123456/your-repository@456789';
    const subject = (more: Readonly<Record<string, string>>) => {
      const stack = resolveTemplate(template, { ...given, ...more }, world);
      expect(JSON.stringify(stack.properties('DeployRole'))).toContain(`:sub":"${stack.output('Subject')}"`);
      return stack.output('Subject');
    };
    expect(subject({ GitHubRepository })).toBe(`repo:${GitHubRepository}:environment:production`);
    expect(subject({ GitHubEnvironment: '', GitHubBranch: 'master' })).toBe(
      'repo:your-organisation/your-repository:ref:refs/heads/master',
    );
    for (const wrong of [{ GitHubRepository: 'your-organisation/*' }, { GitHubEnvironment: '*' }]) {
      expect(() => subject(wrong)).toThrow('*');
    }
  });

  (hasLint ? test : test.skip)(
    'has no error that cfn-lint finds',
    async () => {
      const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
      const { code, stdout, stderr } = await runProgram(
        'cfn-lint',
        ['--non-zero-exit-code', 'error', '--format', 'parseable', '--template', file],
        env,
      );
      // It may have warnings: its list of actions is older than some of ECS's (`ContinueServiceDeployment`).
      expect(`${stdout}${stderr}`.split('\n').filter((line) => /:E\d{4}:/.test(line))).toEqual([]);
      expect(code).toBe(0);
    },
    120_000,
  );
});

describe('docs/aws-setup.md', () => {
  /** The page's commands that deploy a stack: their template, and the parameters that they give. */
  const commands = [
    ...readFileSync('docs/aws-setup.md', 'utf8').matchAll(/^aws cloudformation deploy (?:.*\\\n)*.*$/gm),
  ].map(([command]) => ({
    command,
    file: /--template-file (\S+)/.exec(command)?.[1] ?? '',
    given: Object.fromEntries(
      [...(command.split('--parameter-overrides')[1] ?? '').matchAll(/(?<=[\s"])(\w+)=([^\s"]+)/g)].map(
        ([, name = '', value = '']) => [name, value.replace('$repository', ofService.GitHubRepository)],
      ),
    ),
  }));

  test('deploys the templates with parameters that they have, and with all that they ask for', () => {
    expect(commands.map(({ file }) => file)).toEqual([files[0], files[0], files[1]]);
    const [first, second, third] = commands;
    expect(resolveTemplate(service, first?.given ?? {}, world).resources).not.toContain('EcsService');
    const both = { ...first?.given, ...second?.given };
    expect(resolveTemplate(service, both, world).resources).toContain('EcsService');
    const made = jobsRole(role, third?.given ?? {});
    expect(sorted(statementsOf(made))).toEqual(sorted(statementsOf(jobsRole(service, ofService))));
    expect(commands.filter(({ command }) => !command.includes('--capabilities CAPABILITY_IAM'))).toEqual([]);
  });

  test('names outputs and parameters that there are', () => {
    const page = readFileSync('docs/aws-setup.md', 'utf8').split(/^## By hand/m)[0] ?? '';
    const named = [...page.matchAll(/`([A-Z][a-z]\w+)(?:='?[^`]*)?`/g)].map(([, name = '']) => name);
    const known = [service, role].flatMap((one) =>
      Object.keys({ ...one.Parameters, ...one.Outputs, ...one.Resources }),
    );
    expect(named).toContain('With');
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe("the job's role of examples/aws/service.yaml", () => {
  test('has the statements of docs/permissions.md for controller ECS, word for word, no more and no fewer', () => {
    const wanted = pages(['Everybody', 'Controller ECS'], ['CountRequests']);
    expect(wanted.length).toBeGreaterThan(12);
    expect(sorted(statementsOf(jobsRole(service, ofService)))).toEqual(sorted(wanted));
  });

  test('counts and migrates only where that is asked for', () => {
    const names = (more: Readonly<Record<string, string>>) =>
      statementsOf(jobsRole(service, { ...ofService, ...more })).map(({ Sid }) => Sid);
    expect(names({ AllowCounts: 'no' })).not.toContain('CountRequests');
    const migrates = pages(['Everybody', 'Controller ECS'], ['CountRequests', 'RunTheMigration', 'StopTheMigration']);
    expect(sorted(statementsOf(jobsRole(service, { ...ofService, AllowMigrate: 'yes' })))).toEqual(sorted(migrates));
  });
});

describe('examples/aws/role.yaml', () => {
  const uses = ['RunTheMigration', 'StopTheMigration', 'ListTheClustersServices'];

  test.each([
    { Controller: 'ECS', besides: [...uses, 'CountRequests'] },
    { Controller: 'EXTERNAL', besides: uses },
    { Controller: 'CODE_DEPLOY', besides: [...uses, 'CountRequests'] },
  ])('gives a role for controller $Controller the statements of docs/permissions.md, word for word', (one) => {
    const { Controller, besides } = one;
    const given = { ...ofRole, Controller, AllowMigrate: 'yes', AllowList: 'yes' };
    const wanted = pages(['Everybody', `Controller ${Controller}`], besides);
    expect(wanted.length).toBeGreaterThan(15);
    expect(sorted(statementsOf(jobsRole(role, given)))).toEqual(sorted(wanted));
    const least = { ...ofRole, Controller, AllowCounts: 'no' };
    expect(sorted(statementsOf(jobsRole(role, least)))).toEqual(
      sorted(pages(['Everybody', `Controller ${Controller}`], [])),
    );
  });

  test("names no role of ECS where the service has none, and CodeDeploy's names where they are not the usual ones", () => {
    const none = jobsRole(role, { ...ofRole, InfrastructureRoleArn: '' });
    expect(statementsOf(none).map(({ Sid }) => Sid)).not.toContain('PassTheInfrastructureRole');
    const named = { Controller: 'CODE_DEPLOY', CodeDeployApplication: 'shop', CodeDeployGroup: 'web' };
    const resources = JSON.stringify(statementsOf(jobsRole(role, { ...ofRole, ...named })));
    expect(resources).toContain(`:${account}:deploymentgroup:shop/web"`);
    expect(resources).toContain(`:${account}:application:shop"`);
    expect(resources).not.toContain('AppECS');
  });
});

describe('examples/aws/service.yaml', () => {
  const stack = (more: Readonly<Record<string, string>> = {}) =>
    resolveTemplate(service, { ...ofService, ...more }, world);

  test('makes everything but the service while there is no image', () => {
    const without = stack().resources;
    const withImage = stack({ Image: 'example.com/web:1' }).resources;
    expect(withImage.filter((name) => !without.includes(name))).toEqual(['TaskDefinition', 'EcsService']);
  });

  test('makes neither cluster nor identity provider a second time', () => {
    const second = stack({ MakeCluster: 'no', MakeGitHubProvider: 'no' });
    expect(stack().resources).toEqual(expect.arrayContaining(['NewCluster', 'GitHubProvider']));
    expect(second.resources.filter((name) => ['NewCluster', 'GitHubProvider'].includes(name))).toEqual([]);
    expect(stack({ MakeCluster: 'no', Image: 'x' }).properties('EcsService')['Cluster']).toBe('demo');
  });

  test('gives inputs that the action takes, with its alarms among the gates', async () => {
    const inputs = parse(stack({ HealthCheckPath: '/ready' }).output('With')) as Readonly<Record<string, string>>;
    const names = Object.keys(inputs).map((name) => `INPUT_${name.toUpperCase()}`);
    const { config } = await readRequest((name) => inputs[name] ?? '', names, {
      sha: 'a'.repeat(40),
      region: 'eu-central-1',
    });
    expect(config).toMatchObject({ cluster: 'demo', service: 'web', strategy: 'canary' });
    expect(config.gates).toMatchObject([
      { kind: 'targets' },
      { kind: 'http', url: `\${CANDIDATE_URL}/ready` },
      { kind: 'alarms', names: ['web-5xx', 'web-p99'] },
    ]);
  });

  test('reads secrets only where there are some, and only those', () => {
    const secret = `arn:aws:secretsmanager:eu-central-1:${account}:secret:web-abc`;
    const reads = (properties: JsonMap) => statementsOf(properties).filter(({ Sid }) => Sid === 'ReadTheSecrets');
    expect(reads(stack().properties('ExecutionRole'))).toEqual([]);
    expect(reads(stack({ SecretArns: secret }).properties('ExecutionRole'))).toMatchObject([{ Resource: [secret] }]);
  });

  test("gives the tasks no right to everything but the registry's token", () => {
    const statements = statementsOf(stack({ SecretArns: 'a' }).properties('ExecutionRole'));
    expect(statements.filter(({ Resource }) => Resource === '*')).toMatchObject([
      { Action: 'ecr:GetAuthorizationToken' },
    ]);
    expect(stack().properties('TaskRole')['Policies']).toBeUndefined();
  });

  test('serves users over HTTPS with a certificate, and sends those who come without', () => {
    const secure = stack({ CertificateArn: `arn:aws:acm:eu-central-1:${account}:certificate/1` });
    expect(secure.properties('ProductionListener')).toMatchObject({ Protocol: 'HTTPS', Port: 443 });
    expect(secure.resources).toContain('HttpListener');
    expect(secure.output('Address')).toMatch(/^https:/);
    expect(stack().properties('ProductionListener')).not.toHaveProperty('Certificates');
    expect(stack().properties('ProductionListener')).toMatchObject({ Protocol: 'HTTP', Port: 80 });
    expect(stack().resources).not.toContain('HttpListener');
  });

  test('has a life-cycle policy that is JSON, with the number of images that is asked for', () => {
    const { LifecyclePolicyText: text } = stack({ KeepImages: '42' }).properties('Repository')[
      'LifecyclePolicy'
    ] as JsonMap;
    expect(JSON.parse(String(text))).toMatchObject({ rules: [{}, { selection: { countNumber: 42 } }] });
  });

  test('lets the action renew its cache and no other tag', () => {
    const [, tag = ''] = /const cacheTag = '(\w+)'/.exec(readFileSync('src/core/build-args.ts', 'utf8')) ?? [];
    expect(tag).not.toBe('');
    expect(stack().properties('Repository')).toMatchObject({
      ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      ImageTagMutabilityExclusionFilters: [{ ImageTagMutabilityExclusionFilterValue: tag }],
    });
  });
});
