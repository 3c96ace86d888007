import fc from "fast-check";
import { expect, test } from "vitest";

import { HttpAnswer } from "../../../src/storage/transport/direct/http-answer.js";

const maxBytes = 1000;

/** The answer, after its bytes came in pieces that end at these places. */
function read(bytes: Buffer, cuts: readonly number[] = []): HttpAnswer {
  const answer = new HttpAnswer({ expectedStatus: 200, maxBodyBytes: maxBytes });
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    answer.feed(bytes.subarray(start, end));
    start = end;
  }
  return answer;
}

function fixed(body: string, extra = ""): Buffer {
  return Buffer.from(`HTTP/1.1 200 OK\r\n${extra}Content-Length: ${body.length}\r\n\r\n${body}`, "latin1");
}

function chunked(chunks: readonly string[]): Buffer {
  const parts = [...chunks.filter((chunk) => chunk !== ""), ""].map(
    (chunk) => `${chunk.length.toString(16)};x=y\r\n${chunk === "" ? "Trailer: a\r\n" : chunk}\r\n`,
  );
  return Buffer.from(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${parts.join("")}`, "latin1");
}

const text = fc.string({ unit: "binary-ascii", maxLength: 100 });
const cuts = fc.array(fc.nat(), { maxLength: 12 });

test("a response is parsed the same for any chunks", () => {
  fc.assert(
    fc.property(text, cuts, (body, at) => {
      const answer = read(fixed(body, 'X-ETag: no\r\nETag:  "x" \r\n'), at);
      expect(answer.isComplete).toBe(true);
      expect(Buffer.from(answer.body).toString("latin1")).toBe(body);
      expect(answer.getHeader("etag")).toBe('"x"');
      expect(answer.getHeader("tag")).toBeUndefined();
    }),
  );
});

test("a chunked response with extensions and trailers is parsed the same for any chunks", () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), cuts, (chunks, at) => {
      const answer = read(chunked(chunks), at);
      expect(answer.isComplete).toBe(true);
      expect(Buffer.from(answer.body).toString("latin1")).toBe(chunks.join(""));
    }),
  );
});

test("a date is that of its header, and undefined if it is not one", () => {
  const answer = read(
    fixed("", "A: Mon, 02 Nov 2026 11:22:33 GMT\r\nB: Mon, 32 Nov 2026 11:22:33 GMT\r\nC: soon\r\n"),
  );
  expect(answer.getDate("a")).toEqual(new Date("2026-11-02T11:22:33Z"));
  for (const name of ["b", "c", "d"]) expect(answer.getDate(name)).toBeUndefined();
});

test("a response that is cut off at any byte is incomplete", () => {
  for (const whole of [fixed("hello"), chunked(["hello", "you"])])
    for (let length = 0; length < whole.length; length += 1)
      expect(read(whole.subarray(0, length)).isComplete, String(length)).toBe(false);
});

test("interim responses are skipped, and a response without a body ends with its head", () => {
  const bytes = Buffer.from(
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nConnection: Close\r\n\r\n",
  );
  const answer = read(bytes, [3, 24, 25, 26]);
  expect(answer).toMatchObject({ status: 204, isComplete: true, keepsConnection: false });
});

test.each([
  ["no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n"],
  ["no status", "HTTP/1.1 OK\r\n\r\n"],
  ["no length", "HTTP/1.1 200 OK\r\n\r\nabc"],
  ["a length that is no number", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"],
  ["another coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"],
  ["a chunk without a length", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"],
  ["a chunk that goes on", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"],
  ["more than was asked for", `HTTP/1.1 200 OK\r\nContent-Length: ${maxBytes + 1}\r\n\r\n`],
  ["more in chunks", `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d1\r\n${"x".repeat(2001)}`],
  ["bytes after the end", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"],
  ["an endless head", `HTTP/1.1 200 OK\r\n${"x".repeat(70_000)}`],
])("%s is rejected", (_, answer) => {
  expect(() => read(Buffer.from(answer))).toThrow(/store/);
});
