import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { invalidAction } from './errors.ts';

/** What AWS fills in (API_AuthenticateOidcActionConfig, API_AuthenticateCognitoActionConfig). */
const DEFAULTS = {
  SessionCookieName: 'AWSELBAuthSessionCookie',
  Scope: 'openid',
  SessionTimeout: 604_800,
  OnUnauthenticatedRequest: 'authenticate' as const,
};

/** Actions that come before the one that answers, as AWS gives them back. */
export function checkAuthentication(action: Action, before: readonly Action[]): Action {
  const { Type, AuthenticateOidcConfig: oidc, AuthenticateCognitoConfig: cognito, JwtValidationConfig: jwt } = action;
  const order = action.Order === undefined ? {} : { Order: action.Order };
  if (Type === 'authenticate-oidc') {
    if (oidc === undefined) throw invalidAction('An authenticate-oidc action needs its AuthenticateOidcConfig');
    checkSecret(oidc, before);
    const { ClientSecret: _secret, UseExistingClientSecret: _use, ...shown } = oidc;
    return { Type, ...order, AuthenticateOidcConfig: { ...DEFAULTS, ...shown } };
  }
  if (Type === 'authenticate-cognito') {
    if (cognito === undefined)
      throw invalidAction('An authenticate-cognito action needs its AuthenticateCognitoConfig');
    return { Type, ...order, AuthenticateCognitoConfig: { ...DEFAULTS, ...cognito } };
  }
  if (jwt === undefined) throw invalidAction('A jwt-validation action needs its JwtValidationConfig');
  return { Type, ...order, JwtValidationConfig: jwt };
}

/**
 * "This parameter is required if you are creating a rule. If you are modifying a rule, you can omit this parameter if you set
 * UseExistingClientSecret to true." (API_AuthenticateOidcActionConfig, ClientSecret). Nobody gets the secret back.
 */
function checkSecret(oidc: NonNullable<Action['AuthenticateOidcConfig']>, before: readonly Action[]): void {
  const isKept = oidc.UseExistingClientSecret === true;
  if (isKept && oidc.ClientSecret !== undefined) {
    // The text is AWS's own: ansible-collections/amazon.aws#1877.
    throw invalidAction('You cannot both specify a client secret and set UseExistingClientSecret to true');
  }
  if (isKept && !before.some(({ Type }) => Type === 'authenticate-oidc')) {
    throw invalidAction('There is no existing client secret to use');
  }
  if (!isKept && oidc.ClientSecret === undefined) throw invalidAction('A client secret must be specified');
}
