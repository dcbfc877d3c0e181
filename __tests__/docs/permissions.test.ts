import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { trackedFiles } from '../../.ci/tracked.ts';

interface Policy {
  readonly Version: string;
  readonly Statement: readonly {
    readonly Sid?: string;
    readonly Effect: string;
    readonly Principal?: unknown;
    readonly Action: string | readonly string[];
    readonly Resource?: string | readonly string[];
  }[];
}

const text = (file: string) => readFileSync(file, 'utf8');

/** The page's policies for the job's role by the heading above them; trust policies, which name a principal, left out. */
const policies: readonly { readonly heading: string; readonly policy: Policy }[] = text('docs/permissions.md')
  .split(/^(?=#{2,3} )/m)
  .flatMap((section) => {
    const heading = /^#+ (.*)$/m.exec(section)?.[1] ?? '';
    return [...section.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = '']) => ({
      heading,
      policy: JSON.parse(json) as Policy,
    }));
  })
  .filter(({ policy }) => policy.Statement.every(({ Principal }) => Principal === undefined));

const actionsOf = ({ Statement }: Policy) => Statement.flatMap(({ Action }) => Action);
const under = (heading: string) =>
  policies.filter((one) => one.heading === heading).flatMap(({ policy }) => actionsOf(policy));

/** Calls of the SDK, by the name of the client that makes them. */
const madeIn = (file: string) => [...text(file).matchAll(/\b([A-Z]\w+)Command\b/g)].map(([, call = '']) => call);

describe('the policies of docs/permissions.md', () => {
  test('allow nothing that nobody calls, but for what docker, AWS itself and handing a role on need', () => {
    const calls = trackedFiles()
      .filter((file) => file.startsWith('src/adapters/aws/') && file.endsWith('.ts'))
      .flatMap(madeIn);
    const ofOthers = [
      'iam:PassRole',
      // docker's own, while it pushes. https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
      'ecr:BatchCheckLayerAvailability',
      'ecr:InitiateLayerUpload',
      'ecr:UploadLayerPart',
      'ecr:CompleteLayerUpload',
      // CodeDeploy's, while it creates a deployment.
      'codedeploy:RegisterApplicationRevision',
    ];
    const allowed = policies.flatMap(({ policy }) => actionsOf(policy));
    expect(allowed).toContain('ecs:UpdateService');
    expect(
      allowed.filter((action) => !ofOthers.includes(action) && !calls.includes(action.split(':')[1] ?? '')),
    ).toEqual([]);
  });

  test('let a role for one deployment controller do nothing of another', () => {
    const [ecs, external, codeDeploy] = ['Controller ECS', 'Controller EXTERNAL', 'Controller CODE_DEPLOY'].map(under);
    expect(ecs?.filter((action) => /TaskSet|codedeploy:|Modify/.test(action))).toEqual([]);
    expect(external?.filter((action) => /ServiceDeployment|codedeploy:|UpdateService$/.test(action))).toEqual([]);
    expect(codeDeploy?.filter((action) => /ServiceDeployment|TaskSet|Modify|UpdateService$/.test(action))).toEqual([]);
    const everybody = under('Everybody');
    expect(everybody.filter((action) => /TaskSet|ServiceDeployment|codedeploy:|Modify|Update/.test(action))).toEqual(
      [],
    );
    expect(
      [ecs, external, codeDeploy, everybody].map((actions) => actions?.length ?? 0).every((count) => count > 3),
    ).toBe(true);
  });

  test('have every call of CodeDeploy in the one for its controller', () => {
    const calls = madeIn('src/adapters/aws/sdk/code-deploy.ts');
    const allowed = under('Controller CODE_DEPLOY');
    expect(calls.length).toBeGreaterThan(5);
    expect(calls.filter((call) => !allowed.includes(`codedeploy:${call}`))).toEqual([]);
  });

  test('name no statement twice in one policy, and explain each', () => {
    const page = text('docs/permissions.md');
    for (const { policy } of policies) {
      const names = policy.Statement.map(({ Sid = '' }) => Sid);
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((name) => !page.includes(`\`${name}\``) && page.split(name).length < 3)).toEqual(
        names.includes('ListTheClustersServices') ? ['ListTheClustersServices'] : [],
      );
    }
  });
});
