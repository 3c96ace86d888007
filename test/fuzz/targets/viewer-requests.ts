import assert from "node:assert/strict";
import fc from "fast-check";

import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { parseArchiveFormat } from "../../../src/viewer/server/archive/open-archive.js";
import { parseByteRange } from "../../../src/viewer/server/http/byte-range.js";
import {
  parseObject,
  readTextsMember,
  requireTextMember,
} from "../../../src/viewer/server/http/request-body.js";
import { getPathBelow, parseName } from "../../../src/viewer/server/http/request-path.js";
import { ViewerError } from "../../../src/viewer/server/http/viewer-error.js";
import { createViewer } from "../../../src/viewer/server/index.js";
import { createPattern, parseSearchQuery } from "../../../src/viewer/server/search/search-query.js";
import { outputPath } from "../../conventions/arbitraries.js";
import type { FuzzTarget } from "../support/fuzz-target.js";
import { attempt, isA } from "../support/properties.js";

const isViewerError = isA(ViewerError);
const token = "T0kenT0kenT0kenT0ken";

/** No request that gets through has a store: this one is on a port on which nothing listens, and is never reached. */
const client = BatchOutputsClient.fromConnectionString(
  "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0;BlobEndpoint=http://127.0.0.1:1/a",
);
const viewer = createViewer({ client, session: { token }, basePath: "/outputs" });

function checkPath(path: string): void {
  if (!URL.canParse(`http://127.0.0.1/${path}`)) return;
  const request = new Request(`http://127.0.0.1/${path}`);
  const mount = { basePath: "/outputs", pagePath: "/outputs/x" };
  const { value: below } = attempt(() => getPathBelow(mount, request), isViewerError);
  if (below === undefined) return;
  assert.ok(!below.split("/").some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment)), "nothing leads up");
  const { value: named } = attempt(() => parseName(below, "content"), isViewerError);
  if (named === undefined) return;
  assert.ok(!named.container.includes("/"));
  // One name has one address: encoding it again, segment by segment, is the same path.
  const again = `content/${[named.container, ...named.name.split("/")].map(encodeURIComponent).join("/")}`;
  assert.deepEqual(parseName(again, "content"), named);
}

function checkQuery(text: string): void {
  const parameters = new URLSearchParams(text);
  attempt(() => parseArchiveFormat(parameters), isViewerError);
  const { value: query } = attempt(() => parseSearchQuery(parameters), isViewerError);
  if (query === undefined) return;
  assert.ok(Number.isSafeInteger(query.fromByte) && query.fromByte >= 0);
  const { value: pattern } = attempt(() => createPattern(query), isViewerError);
  // A text that is no pattern is found where it is, whatever signs it has.
  if (pattern !== undefined && !query.isRegex)
    assert.ok(
      new RegExp(pattern.source, pattern.flags).test(`x${query.text}y`) || /\p{Surrogate}/u.test(query.text),
    );
}

function checkRange(header: string): void {
  for (const total of [0, 1, 10, 2 ** 40]) {
    const range = parseByteRange(header, total);
    if (range === undefined || range === "unsatisfiable") continue;
    const { first, last } = range;
    assert.ok(
      Number.isSafeInteger(first) && first >= 0 && last < total && first <= last,
      `${first}-${last} of ${total}`,
    );
    assert.deepEqual(parseByteRange(`bytes=${first}-${last}`, total), range);
  }
}

function checkBody(text: string): void {
  const { value: body } = attempt(() => parseObject(text), isViewerError);
  if (body === undefined) return;
  attempt(() => requireTextMember(body, "container"), isViewerError);
  attempt(() => readTextsMember(body, "names"), isViewerError);
}

/** Without a session nothing but the page's entrance answers, whatever is asked, and the token is not shown. */
async function checkStranger(path: string, body: string): Promise<void> {
  const url = `http://127.0.0.1:8300/${path}`;
  if (!URL.canParse(url) || new URL(url).searchParams.get("token") === token) return;
  for (const method of ["GET", "POST", "DELETE"]) {
    const response = await viewer(
      new Request(url, { method, headers: { host: "127.0.0.1:8300" }, ...(method === "POST" && { body }) }),
    );
    // The mount's path without its slash.
    if (response.status === 308)
      assert.equal(new URL(response.headers.get("location") ?? "", url).pathname, "/outputs/");
    else assert.ok([401, 403, 404].includes(response.status), `${method} ${path} answers ${response.status}`);
    assert.ok(!(await response.text()).includes(token));
    assert.equal(response.headers.get("set-cookie"), null);
  }
}

const route = fc.constantFrom(
  "content",
  "api/properties",
  "api/search",
  "api/archive",
  "archive-content",
  "api/jobs",
  "zip",
  "api/link",
  "api/config",
  "node-content",
);
const encoded = outputPath.map((path) => path.split("/").map(encodeURIComponent).join("/"));

/** A path, a query, a `Range` header and a body, one a line. */
export const target: FuzzTarget = {
  seeds: [
    'outputs/content/job-a/t1/%24TaskLog/stdout.txt\nq=a%2Bb&case=1&from=10\nbytes=0-9\n{"container":"job-a","names":["x"]}',
    "outputs/x/content/job-a/..%2F..%2Fetc\nq=(a%2B)%2B%24&regex=1\nbytes=-5\n[]",
    'outputs/%2e%2e/content//\\x\nq=\nbytes=5-\n{"__proto__":{}}',
    `outputs/?token=${token}x\nformat=zip\nbytes=0-0,2-3\nnull`,
  ],
  grammar: fc
    .tuple(
      route,
      encoded,
      fc.constantFrom("", "?download", "?q=a", "/..", "/%2e%2e", "%00"),
      fc.string({ maxLength: 10 }),
      fc.tuple(fc.maxSafeNat(), fc.maxSafeNat()),
    )
    .map(
      ([first, name, rest, text, [from, to]]) =>
        `outputs/${first}/job-a/${name}${rest}\n${new URLSearchParams({ q: text }).toString()}\nbytes=${from}-${to}\n${JSON.stringify({ container: text, names: [text] })}`,
    ),
  words: [
    "%2F",
    "%5C",
    "..",
    "%2e",
    "//",
    "outputs/",
    "?token=",
    "bytes=",
    "-",
    "q=",
    "regex=1",
    "&",
    "{",
    "\n",
  ],
  async check(input) {
    const [path = "", query = "", range = "", ...body] = input.split("\n");
    checkPath(path);
    checkQuery(query);
    checkRange(range);
    checkBody(body.join("\n"));
    await checkStranger(path, body.join("\n"));
  },
};
