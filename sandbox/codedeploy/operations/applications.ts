import type {
  ApplicationInfo,
  CreateApplicationInput,
  DeleteApplicationInput,
  GetApplicationInput,
  GetApplicationRevisionInput,
  ListApplicationsInput,
} from '@aws-sdk/client-codedeploy';
import { applicationNotFound, refuse, required } from '../exceptions.ts';
import type { Application, Store } from '../model.ts';
import { uuid } from '../names.ts';
import { page } from '../paging.ts';
import type { World } from '../world.ts';

export function applicationNamed(store: Store, name: string | undefined): Application {
  const given = required('applicationName', name);
  const found = store.applications.get(given);
  if (found === undefined) throw applicationNotFound(given);
  return found;
}

export function applicationOperations({ store, clock }: World) {
  return {
    CreateApplication(input: CreateApplicationInput) {
      const name = required('applicationName', input.applicationName);
      if (name.length > 100) {
        throw refuse('InvalidApplicationNameException', 'The application name must be 1 to 100 characters');
      }
      checkPlatform(input.computePlatform);
      if (store.applications.has(name)) {
        throw refuse('ApplicationAlreadyExistsException', `Application already exists: ${name}`);
      }
      const application: Application = {
        id: uuid(),
        name,
        createTime: clock.now(),
        groups: new Map(),
        revisions: new Map(),
      };
      store.applications.set(name, application);
      return { applicationId: application.id };
    },

    GetApplication(input: GetApplicationInput) {
      return { application: describe(applicationNamed(store, input.applicationName)) };
    },

    ListApplications(input: ListApplicationsInput) {
      const { items, ...next } = page([...store.applications.keys()], input.nextToken);
      return { applications: items, ...next };
    },

    /** One that is not there is no fault: the operation has no such exception. */
    DeleteApplication(input: DeleteApplicationInput) {
      store.applications.delete(required('applicationName', input.applicationName));
      return {};
    },

    /** The way to a revision's content, which the deployments' answers leave out (GetDeployment's page). */
    GetApplicationRevision(input: GetApplicationRevisionInput) {
      const application = applicationNamed(store, input.applicationName);
      const hash = input.revision?.appSpecContent?.sha256 ?? input.revision?.string?.sha256 ?? '';
      const revision = application.revisions.get(hash);
      if (revision === undefined) {
        throw refuse('RevisionDoesNotExistException', `No revision found for application: ${application.name}`);
      }
      const raw = { content: revision.content, sha256: revision.sha256 };
      return {
        applicationName: application.name,
        revision: {
          revisionType: revision.type,
          ...(revision.type === 'String' ? { string: raw } : { appSpecContent: raw }),
        },
        revisionInfo: { registerTime: revision.registerTime },
      };
    },
  };
}

const describe = (application: Application): ApplicationInfo => ({
  applicationId: application.id,
  applicationName: application.name,
  createTime: application.createTime,
  linkedToGitHub: false,
  computePlatform: 'ECS',
});

/** `Server` unless given (API_CreateApplication); the sandbox has ECS alone. */
export function checkPlatform(platform: string | undefined): void {
  if (platform === 'ECS') return;
  throw refuse(
    'InvalidComputePlatformException',
    `The compute platform ${platform ?? 'Server'} is not supported by the sandbox: ECS alone is`,
  );
}
