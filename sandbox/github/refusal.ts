/** What GitHub answers instead of doing as it was asked. The wire adds `documentation_url` and `status` to the body. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly errors: readonly object[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Instead of the operation's own page. */
  readonly page: string | undefined;

  constructor(
    status: number,
    message: string,
    more: {
      readonly errors?: readonly object[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly page?: string;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
    this.page = more.page;
  }
}

export const notFound = () => new Refusal(404, 'Not Found');

/** 422 as the schema's validator words it. */
export const invalidRequest = (words: readonly string[]) => new Refusal(422, `Invalid request.\n\n${words.join('\n')}`);

/** 422 as the resource's own rules word it. `code`: missing, missing_field, invalid, already_exists, unprocessable, custom. */
export const validationFailed = (error: {
  readonly resource: string;
  readonly code: string;
  readonly field: string;
  readonly message?: string;
}) => new Refusal(422, 'Validation Failed', { errors: [error] });

const LIMITS = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';

const support = (requestId: string, now: number) =>
  `If you reach out to GitHub Support for help, please include the request ID ${requestId} and timestamp ` +
  `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')} UTC.`;

/** Without `retryAfterS` the header is left out, which GitHub's page allows. */
export function secondaryLimit(
  requestId: string,
  now: number,
  status: 403 | 429,
  retryAfterS: number | undefined,
): Refusal {
  return new Refusal(
    status,
    `You have exceeded a secondary rate limit. Please wait a few minutes before you try again. ${support(requestId, now)}`,
    {
      headers: retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) },
      page: `${LIMITS}#about-secondary-rate-limits`,
    },
  );
}

export function primaryLimit(requestId: string, now: number, status: 403 | 429, installation: number): Refusal {
  return new Refusal(
    status,
    `API rate limit exceeded for installation ID ${installation}. ${support(requestId, now)}`,
    { page: LIMITS },
  );
}
