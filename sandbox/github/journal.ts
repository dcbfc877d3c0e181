/** One request that reached the server, in the order of arrival. */
export interface JournalEntry {
  /** Epoch milliseconds of its arrival. */
  readonly at: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  /** GitHub's name of it, `checks/create`; undefined when the description has no such path. */
  readonly operation: string | undefined;
  /** Parsed; the text when it is no JSON; undefined when there was none. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** Members of the body and of the query that GitHub does not know and ignores: nearly always a mistake of the client. */
  readonly ignored: readonly string[];
  readonly requestId: string;
  /** Undefined while it is under way, and for ever when it was not answered. */
  status: number | undefined;
}

/** Something that GitHub's description does not allow was asked (the client's fault) or answered (the server's). */
export interface GitHubViolation {
  readonly at: number;
  readonly side: 'request' | 'answer';
  /** `POST /repos/example/shop/check-runs` */
  readonly request: string;
  readonly problem: string;
}
