import assert from "node:assert/strict";
import { request } from "node:http";
import { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";

import { isRequestedRange, readTotalBytes } from "../../../src/storage/transport/contract/range-answer.js";
import { HttpAnswer, UnsoundAnswerError } from "../../../src/storage/transport/direct/http-answer.js";
import { readBlobProperties } from "../../../src/storage/transport/direct/read-range-answer.js";
import { fromBytes, type FuzzTarget, toBytes } from "../support/fuzz-target.js";
import { attempt, isA } from "../support/properties.js";

const maxBodyBytes = 1000;

interface Read {
  readonly status: number;
  readonly body: string;
  readonly headers: [string, string][];
}

/** What our parser makes of the bytes: an answer, `incomplete`, or `unsound`. */
function read(bytes: Buffer, pieceBytes: number): Read | "incomplete" | "unsound" {
  const answer = new HttpAnswer({ expectedStatus: 200, maxBodyBytes });
  const { error } = attempt(() => {
    for (let at = 0; at < bytes.length; at += pieceBytes) answer.feed(bytes.subarray(at, at + pieceBytes));
  }, isA(UnsoundAnswerError));
  if (error !== undefined) return "unsound";
  if (!answer.isComplete) return "incomplete";
  const headers = [...answer.listHeaders()];
  for (const [name] of headers) {
    const first = headers.find(([other]) => other === name);
    assert.equal(answer.getHeader(name), first?.[1], "a header has the same value wherever it is read");
  }
  assert.ok(answer.body.length <= (answer.status === 200 ? maxBodyBytes : 1 << 20));
  readBlobProperties(answer);
  return { status: answer.status, body: Buffer.from(answer.body).toString("latin1"), headers };
}

/** What Node.js's own parser makes of them; `undefined` if it rejects them. */
async function readByNode(bytes: Buffer): Promise<Read | undefined> {
  const connection = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const sent = request({ createConnection: () => connection, method: "GET", path: "/", agent: false });
  const answered = new Promise<Read | undefined>((resolve) => {
    const fail = (): void => {
      resolve(undefined);
    };
    sent.on("error", fail).on("close", fail);
    sent.on("upgrade", fail);
    sent.on("response", (response) => {
      buffer(response).then((body) => {
        const headers = response.rawHeaders.flatMap((name, index, all): [string, string][] =>
          index % 2 === 0 ? [[name.toLowerCase(), all[index + 1] ?? ""]] : [],
        );
        resolve({ status: response.statusCode ?? 0, body: body.toString("latin1"), headers });
      }, fail);
    });
  });
  sent.end();
  connection.push(bytes);
  connection.push(null);
  const result = await answered;
  sent.destroy();
  connection.destroy();
  return result;
}

function checkRange(header: string): void {
  const answer = { contentRange: header };
  const total = readTotalBytes({ ...answer, contentLength: 5 });
  assert.ok(total >= 0);
  const [, first, last, all] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(header) ?? [];
  for (const [offset, count, bytes] of [
    [0, 10, 10],
    [5, undefined, 5],
    [Number(first ?? 0), Number(last) - Number(first) + 1, Number(last) - Number(first) + 1],
  ] as const) {
    const isGood = isRequestedRange(answer, offset, count, bytes);
    if (!isGood || all === undefined) continue;
    assert.equal(Number(first), offset);
    assert.equal(Number(last) - Number(first) + 1, bytes);
    assert.ok(Number(last) < Number(all) || bytes === 0);
  }
}

const header = fc.constantFrom(
  "Content-Length: 5",
  "Content-Length: 0",
  "content-length:5 ",
  "Content-Length: 1001",
  "Content-Length: -1",
  "Content-Length: +5",
  "Content-Length: 5, 5",
  "Content-Length: 0x5",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding:\tchunked",
  "Transfer-Encoding: Chunked",
  'ETag: "x"',
  "x-ms-meta-a: b",
  "X-Ms-Meta-__proto__: b",
  "Connection: close",
  "Last-Modified: Mon, 02 Nov 2026 11:22:33 GMT",
  "Content-Range: bytes 0-4/5",
  "x-ms-meta-é: 1",
  " folded: no",
  "no colon",
  "Bad Name: x",
  ": x",
);
const body = fc.constantFrom(
  "",
  "hello",
  "5\r\nhello\r\n0\r\n\r\n",
  "5;a=b\r\nhello\r\n0\r\nT: x\r\n\r\n",
  "00005\r\nhello\r\n0\r\n\r\n",
  "5 \r\nhello\r\n0\r\n\r\n",
  "ffffffff\r\n",
  "5\nhello\n0\n\n",
  "-5\r\nhello\r\n0\r\n\r\n",
);
const line = fc.constantFrom(
  "HTTP/1.1 200 OK",
  "HTTP/1.0 200 OK",
  "HTTP/1.1 200",
  "HTTP/1.1 404 Not Found",
  "HTTP/1.1 204 No Content",
  "HTTP/1.1 304 x",
  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK",
  "HTTP/2 200 OK",
  "HTTP/1.1 101 Switching",
  "HTTP/1.1 999 x",
  "HTTP/1.1 099 x",
);

export const target: FuzzTarget = {
  isBinary: true,
  seeds: [
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nTrailer: a\r\n\r\n",
    "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4/10\r\nContent-Length: 5\r\n\r\nhello",
    ...["bytes 0-4/5", "bytes */5", "bytes 0--1/0", "bytes 0-4/*"].map((range) =>
      fromBytes(Buffer.from(range)),
    ),
  ],
  grammar: fc
    .tuple(line, fc.array(header, { maxLength: 4 }), body)
    .map(([first, headers, rest]) =>
      fromBytes(Buffer.from([first, ...headers].join("\r\n") + `\r\n\r\n${rest}`)),
    ),
  words: [
    "\r\n",
    "\n",
    "\r",
    "Content-Length: ",
    "Transfer-Encoding: chunked\r\n",
    "HTTP/1.1 ",
    "0\r\n\r\n",
    ":",
    ";",
    "bytes ",
    "/",
    "-",
  ],
  async check(input) {
    const bytes = toBytes(input);
    checkRange(input);
    const result = read(bytes, Math.max(1, bytes.length));
    for (const pieceBytes of [1, 3]) {
      const again = read(bytes, pieceBytes);
      // Which of two faults is met first may depend on the pieces.
      assert.deepEqual(again, result, "the same in pieces");
    }
    if (typeof result === "string") return;
    const other = await readByNode(bytes);
    if (other === undefined) return;
    assert.equal(result.status, other.status);
    assert.equal(result.body, other.body);
    assert.deepEqual(
      result.headers,
      other.headers.map(([name, value]) => [name, value.trim()]),
    );
  },
};
