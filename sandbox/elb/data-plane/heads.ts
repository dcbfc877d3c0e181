import { randomBytes } from 'node:crypto';
import type { RequestHead, ResponseHead } from './message.ts';

/** What belongs to one connection and not to the message (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade']);

const REPLACED = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port', 'x-amzn-trace-id']);

/** Who the client is and where it came in. */
export interface Origin {
  readonly clientAddress: string;
  readonly port: number;
}

/**
 * The head that goes to the target.
 * docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html: the client's address is appended
 * to X-Forwarded-For, proto and port are set.
 */
export function requestHeadText(head: RequestHead, origin: Origin): string {
  let text = `${head.method} ${head.target} HTTP/1.${head.minorVersion}\r\n`;
  let forwardedFor = '';
  let trace = '';
  for (const { name, key, value } of head.headers) {
    if (HOP_BY_HOP.has(key)) continue;
    if (REPLACED.has(key)) {
      if (key === 'x-forwarded-for') forwardedFor += `${value}, `;
      else if (key === 'x-amzn-trace-id') trace = value;
      continue;
    }
    text += `${name}: ${value}\r\n`;
  }
  return `${text}X-Forwarded-For: ${forwardedFor}${origin.clientAddress}\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: ${origin.port}\r\nX-Amzn-Trace-Id: ${traceId(trace)}\r\n\r\n`;
}

const TRACE_PREFIX = randomBytes(6).toString('hex');
let traceCount = 0;

/** docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html */
function traceId(given: string): string {
  traceCount = (traceCount + 1) % 2 ** 40;
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  const id = `1-${seconds}-${TRACE_PREFIX}${traceCount.toString(16).padStart(12, '0')}`;
  if (given === '') return `Root=${id}`;
  if (!given.includes('Root=')) return `Root=${id};${given}`;
  return `Self=${id};${given.replace(/(?:^|;)Self=[^;]*;?/, '')}`;
}

/** The head that goes to the client. `cookies` are complete header lines. */
export function responseHeadText(head: ResponseHead, cookies: string, keepAlive: boolean): string {
  let text = `HTTP/1.1 ${head.status} ${head.reason}\r\n`;
  for (const { name, key, value } of head.headers) {
    if (!HOP_BY_HOP.has(key)) text += `${name}: ${value}\r\n`;
  }
  return `${text}${cookies}Connection: ${keepAlive ? 'keep-alive' : 'close'}\r\n\r\n`;
}

/** An answer of the load balancer itself. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly location?: string;
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** The page that an ALB makes for its own errors. */
export function errorAnswer(status: 400 | 500 | 502 | 503 | 504): Answer {
  const title = `${status} ${REASONS[status]}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, contentType: 'text/html', body };
}

/** The whole message; the body is left out of an answer to HEAD. */
export function answerText(answer: Answer, method: string, keepAlive: boolean): Buffer {
  const body = Buffer.from(answer.body);
  const head =
    `HTTP/1.1 ${answer.status} ${REASONS[answer.status] ?? 'Status'}\r\nServer: awselb/2.0\r\n` +
    `Date: ${new Date().toUTCString()}\r\nContent-Type: ${answer.contentType}\r\nContent-Length: ${body.length}\r\n` +
    `${answer.location === undefined ? '' : `Location: ${answer.location}\r\n`}` +
    `Connection: ${keepAlive ? 'keep-alive' : 'close'}\r\n\r\n`;
  return method === 'HEAD' ? Buffer.from(head) : Buffer.concat([Buffer.from(head), body]);
}
