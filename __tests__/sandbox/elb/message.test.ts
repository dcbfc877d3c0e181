import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createBodyMeter } from '../../../sandbox/elb/data-plane/body.ts';
import { findHeadEnd, readRequestHead, readResponseHead } from '../../../sandbox/elb/data-plane/message.ts';

function chunked(parts: readonly Uint8Array[]): Buffer {
  const chunks = parts.map((part) =>
    Buffer.concat([Buffer.from(`${part.length.toString(16)};ext=1\r\n`), part, Buffer.from('\r\n')]),
  );
  return Buffer.concat([...chunks, Buffer.from('0\r\nTrailer: x\r\n\r\n')]);
}

function readRequest(text: string) {
  const buffer = Buffer.from(text);
  return readRequestHead(buffer, findHeadEnd(buffer));
}

function readResponse(text: string, method = 'GET') {
  const buffer = Buffer.from(text);
  return readResponseHead(buffer, findHeadEnd(buffer), method);
}

test('a chunked body ends where it ends, however the network cuts it into pieces', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 60 }),
      (parts, sizes) => {
        const body = chunked(parts);
        const stream = Buffer.concat([body, Buffer.from('GET / HTTP/1.1')]);
        const meter = createBodyMeter('chunked');
        let passed = 0;
        for (let at = 0, i = 0; at < stream.length && !meter.done; i++) {
          const piece = stream.subarray(at, at + (sizes[i % sizes.length] ?? 1));
          passed += meter.pass(piece, 0);
          at += piece.length;
        }
        expect(meter.done).toBe(true);
        expect(passed).toBe(body.length);
      },
    ),
  );
});

test.each([
  ['a size that is no number', 'xyz\r\n'],
  ['data that is longer than its size', '2\r\nabc\r\n'],
  ['a size line without CR', '2\nab\r\n'],
  ['an endless size line', '0'.repeat(2_000)],
])('a chunked body with %s is malformed', (_, text) => {
  const meter = createBodyMeter('chunked');
  expect(() => meter.pass(Buffer.from(text), 0)).toThrow();
});

test('a body of known length takes no byte of the next message', () => {
  const meter = createBodyMeter(3);
  expect(meter.pass(Buffer.from('abcdef'), 1)).toBe(4);
  expect(meter.done).toBe(true);
});

test.each([
  ['no HTTP', 'hello\r\n\r\n'],
  ['two lengths', 'GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ['a length and chunks', 'POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['a length that is no number', 'POST / HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n'],
  ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n'],
  ['another version', 'GET / HTTP/2.0\r\n\r\n'],
])('a request head with %s is malformed', (_, text) => {
  expect(() => readRequest(text)).toThrow();
});

test('an answer has no body when its request or its status forbids one', () => {
  const text = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n';
  expect(readResponse(text).body).toBe(5);
  expect(readResponse(text, 'HEAD').body).toBe(0);
  expect(readResponse('HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n').body).toBe(0);
  expect(readResponse('HTTP/1.1 204 No Content\r\n\r\n').body).toBe(0);
});

test('an answer of unknown length ends with its connection, which then cannot be kept', () => {
  expect(readResponse('HTTP/1.1 200 OK\r\n\r\n')).toMatchObject({ body: 'until-close', keepAlive: false });
});
