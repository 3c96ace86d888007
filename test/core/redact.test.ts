import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  RestError,
} from "@azure/core-rest-pipeline";
import { expect, test } from "vitest";

import {
  redactError,
  redactErrorTexts,
  redactText,
  redactUrl,
  removeCredentials,
} from "../../src/core/redact.js";

test.each([
  ["https://a.blob.core.windows.net/c/b?sv=1&sig=secret", "https://a.blob.core.windows.net/c/b"],
  ["https://a.blob.core.windows.net/c#secret", "https://a.blob.core.windows.net/c"],
  ["https://user:secret@a.blob.core.windows.net/c", "https://a.blob.core.windows.net/c"],
  ["https://a.blob.core.windows.net/c/a%3Fsig%3Dx", "https://a.blob.core.windows.net/c/a%3Fsig%3Dx"],
  ["https://user@corp:secret@a.blob.core.windows.net/c", "https://a.blob.core.windows.net/c"],
  ["https:///user:secret@a.blob.core.windows.net/c", "https:///a.blob.core.windows.net/c"],
  [String.raw`https:\\user:secret@a.blob.core.windows.net/c`, String.raw`https:\\a.blob.core.windows.net/c`],
  ["https:user:secret@a.blob.core.windows.net/c", "https:a.blob.core.windows.net/c"],
  ["https://a/c//user:secret@b.blob.core.windows.net/c", "https://a/c//REDACTED@b.blob.core.windows.net/c"],
  ["https://a.blob.core.windows.net/c/a@b", "https://a.blob.core.windows.net/c/a@b"],
  ["https://user:Se?cret@a.blob.core.windows.net/c", "https://a.blob.core.windows.net/c"],
  ["https://user:Se#cret@a.blob.core.windows.net/c", "https://a.blob.core.windows.net/c"],
  ["https://user:Se/cret@a.blob.core.windows.net/c", "https://a.blob.core.windows.net/c"],
  ["https://a.blob.core.windows.net:8080/c/a@b", "https://a.blob.core.windows.net:8080/c/a@b"],
  ["https://a/c%3Fsig=c2Vj%2BcmV0&sv=1", "https://a/c%3Fsig=REDACTED&sv=1"],
  ["not a url?sig=secret", "not a url"],
  ["", ""],
])("the URL %j is shown as %j", (url, expected) => {
  expect(redactUrl(url)).toBe(expected);
});

test.each([
  ["https://a.blob.core.windows.net/c?sv=1&sig=secret", "https://a.blob.core.windows.net/c"],
  ["https://user:secret@a.blob.core.windows.net/c#x", "https://a.blob.core.windows.net/c"],
  // A name that only looks like a credential remains: requests go to this address.
  ["https://a.blob.core.windows.net/c/sig=c2Vj?sv=1", "https://a.blob.core.windows.net/c/sig=c2Vj"],
])("without its credentials the address %j is %j", (url, expected) => {
  expect(removeCredentials(url)).toBe(expected);
});

test.each([
  ["GET /c?sv=1&sig=a%2Bb%3D&sp=r failed", "GET /c?sv=1&sig=REDACTED&sp=r failed"],
  ["SIG=abc", "SIG=REDACTED"],
  [
    "AccountName=a;AccountKey=c2VjcmV0==;EndpointSuffix=x",
    "AccountName=a;AccountKey=REDACTED;EndpointSuffix=x",
  ],
  ["Authorization: SharedKey account:c2Vj/cm+V0=", "Authorization: SharedKey account:REDACTED"],
  ["SharedKeyLite account:c2VjcmV0", "SharedKeyLite account:REDACTED"],
  ["authorization: Bearer eyJ0.eyJh.c2-_ln==", "authorization: Bearer REDACTED"],
  [
    "The MAC signature found in the HTTP request 'c2VjcmV0c2VjcmV0c2VjcmV0/+=' is not the same as any computed signature",
    "The MAC signature found in the HTTP request 'REDACTED' is not the same as any computed signature",
  ],
  ["the proxy http://user@corp:secret@proxy:8080 failed", "the proxy http://REDACTED@proxy:8080 failed"],
  ["the proxy http:///user:secret@proxy:8080 failed", "the proxy http:///REDACTED@proxy:8080 failed"],
  [
    "mail a@b.example about https://host/c, or c@d.example",
    "mail a@b.example about https://host/c, or c@d.example",
  ],
  ['AccountKey= "AccountKey": "c2VjcmV0"', 'AccountKey= "AccountKey": "REDACTED"'],
  ["sig=sig=c2VjcmV0", "sig=sig=REDACTED"],
  ["sig= SharedKey account:c2VjcmV0", "sig= SharedKey account:REDACTED"],
  ["Bearer Bearer c2VjcmV0", "Bearer Bearer REDACTED"],
  ["password: Bearer c2VjcmV0", "password: Bearer REDACTED"],
  [
    "a key c2VjcmV0LWtleS1vZi1hbi1hY2NvdW50LXdpdGgtc2l4dHktZm91ci1ieXRlcy1pbi1pdC0xMjM0NTY3OA==, alone",
    "a key REDACTED, alone",
  ],
  ["a signature Ab1/c2VjcmV0c2lnbmF0dXJlb2Z0aGlydHl0d29ieXRlcyE=", "a signature REDACTED"],
  [
    "https%3A%2F%2Fa%2Fc%3Fsv%3D1%26sig%3Dc2VjcmV0c2VjcmV0c2VjcmV0%26sp%3Dr",
    "https%3A%2F%2Fa%2Fc%3Fsv%3D1%26sig%3DREDACTED%26sp%3Dr",
  ],
  ["c%253Fsv%253D1%2526sig%253Dc2VjcmV0c2VjcmV0c2VjcmV0", "c%253Fsv%253D1%2526sig%253DREDACTED"],
  ["user:secret@acc.blob.core.windows.net", "REDACTED@acc.blob.core.windows.net"],
  [
    "/mnt/batch/tasks/workitems/Films2026/job1/Frame0007/wd/results/All",
    "/mnt/batch/tasks/workitems/Films2026/job1/Frame0007/wd/results/All",
  ],
  [
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  ],
  ["at 10:30 a@example.com wrote", "at 10:30 a@example.com wrote"],
  ["a design=1 of a signature of nothing", "a design=1 of a signature of nothing"],
])("the text %j is shown as %j", (text, expected) => {
  expect(redactText(text)).toBe(expected);
});

const signature = "6Uk/WygF/lD/bSDH43XcpXy++jTlCDJMWD2OXYERe7Q=";
const key = "KA8Bfud2t+j9j4vEpB7fxAlVZmjGSQtEfOzG94iXYXB+gJLbv5SjrBV/9yixutA+X/2S9qFKtgiqG0Mv7ulX+Q==";
const token = "eyJ0eXAiOiJKV1QifQ.eyJhdWQiOiJodHRwcyJ9.ilR-x_23K3ywrh172IsHI4BZHPQjWAZd9zyOLVp9bN-hov";

test.each([
  ["in a path", `https://a/c%3Fsig=${encodeURIComponent(signature)}&sv=1`],
  ["after an encoded separator", `https://a/c%3Fsv=1%26sig=${signature}`],
  [
    "after a separator escaped in JSON",
    String.raw`{"url":"https://a/c?sv=1\u0026sig=a%2Bb%2Fc%3D"}`,
    "a%2Bb",
  ],
  ["after an escaped line break", String.raw`a\nsig=a%2Bb%2Fc%3D`, "a%2Bb"],
  ["in Python", "{'sv': '1', 'sig': 'a%2Bb%2Fc%3D'}", "a%2Bb"],
  ["in a tuple of Python", `[('sig', '${encodeURIComponent(signature)}')]`],
  ["in an object of JavaScript", "URLSearchParams { 'sv' => '1', 'sig' => 'a%2Bb%2Fc%3D' }", "a%2Bb"],
  ["in JSON in JSON", JSON.stringify(JSON.stringify({ sig: "a%2Bb%2Fc%3D" })), "a%2Bb"],
  ["in a list", "?sig[]=a%2Bb%2Fc%3D", "a%2Bb"],
  ["alone", `the signature ${signature} is wrong`],
  ["alone, with few changes of case", "6Uk/WygABCDEFGHIJabcdefghijklmnopqrstuvwxyz01234+w==", "klmnop"],
  ["alone and encoded", `the signature ${encodeURIComponent(signature)} is wrong`],
  ["a key alone and encoded twice", encodeURIComponent(encodeURIComponent(key)), "KA8B"],
  ["a key with a line break", `AccountKey=${key.slice(0, 76)}\r\n${key.slice(76)};`, key.slice(76, 84)],
  ["a key with a blank", `AccountKey=${key.slice(0, 40)} ${key.slice(40)};`, key.slice(40, 60)],
  ["an encoded authorization", encodeURIComponent(`SharedKey acc:${signature}`), "6Uk"],
  ["a token", `the token ${token} has expired`, "ilR-x"],
  ["a token in JSON", JSON.stringify({ access_token: token }), "ilR-x"],
  ["a token with bearer in lower case", `authorization: bearer ${token}`, "ilR-x"],
  ["a token with an encoded blank", `Bearer%20${token}`, "ilR-x"],
  ["an opaque token", '{"refresh_token":"0.AXoAabcdefghijklmno"}', "AXoA"],
  ["a secret of a client", "AZURE_CLIENT_SECRET=abc~Q8verysecret", "Q8very"],
  ["a user name and password", "Proxy-Authorization: Basic dXNlcjpwYXNz", "dXNl"],
  ["a password in quotes", '{"password":"ab&cd;ef <gh>"}', "ef"],
  ["a password in single quotes", "{ password: 'ab cd' }", "cd"],
  ["a password with a slash", "http://user:Se/cret@proxy:8080", "cret"],
  ["a password with a question mark", "http://me@corp.example:Se?cret@proxy:8080", "cret"],
  ["a user of a domain", String.raw`http://CORP\user:secret@proxy:8080`, "secret"],
  ["an address without a scheme", "user:secret@proxy:8080", "secret"],
])("a secret is found %s", (_, text, secret = "6Uk/Wyg") => {
  const shown = redactText(text);
  expect(shown).toContain("REDACTED");
  expect(shown).not.toContain(secret);
  expect(shown).not.toContain(encodeURIComponent(secret));
});

test.each([
  "process ended, sig=11 (SIGSEGV)",
  "not significant at sig = 0.05",
  "{'sig': 0.01}",
  "design-sig=12.txt",
  "password: None, has_password=false",
  "access_token: expired",
  "the bearer of news of 2026",
  "mailto:ops@example.com",
  "http://host:8080/a@b",
  "/mnt/batch/tasks/workitems/Experiment2026ParameterSweep01/job1/Frame0007",
  "/data/EventsOfAllCustomers2024Partitioned/date=2024-01-01/part-0000.parquet",
  "org/apache/spark/sql/execution/datasources/v2/V2CommandExecutorWithSomeLongName2.java",
  "s3://bucket/Data2024/Year2024Month01Day01/Part00001Of00100/SensorReadings/Station42Hourly",
  "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKU",
])("the text %j is shown as it is", (text) => {
  expect(redactText(text)).toBe(text);
});

test("an error is redacted in its message, its stack and its causes, also in circular ones", () => {
  const inner = new Error("GET /c?sig=c2VjcmV0 failed");
  const outer = new Error("while reading ?sig=c2VjcmV0", { cause: inner });
  inner.cause = outer;
  redactError(outer);
  for (const { message, stack = "" } of [inner, outer]) {
    expect(message).toContain("sig=REDACTED");
    expect(message + stack).not.toContain("c2VjcmV0");
  }
});

test("each error of an AggregateError is redacted", () => {
  const one = new Error("GET /c?sig=secret failed");
  redactError(new AggregateError([one, "no error", undefined], "both failed"));
  expect(one.message).toBe("GET /c?sig=REDACTED failed");
});

test("an error is redacted in all its members, in lists of errors of any class, and in the headers of an answer", async () => {
  const server = createServer((request, response) => {
    const address = `https://other.example${request.url ?? ""}`;
    response.writeHead(403, { location: address, "content-type": "application/json" });
    response.end(JSON.stringify({ error: { innererror: [{ detail: address }] } }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const request = createPipelineRequest({
    url: `http://127.0.0.1:${port}/c?sv=1&sig=c2VjcmV0%3D`,
    allowInsecureConnection: true,
  });
  const response = await createEmptyPipeline().sendRequest(createDefaultHttpClient(), request);
  server.close();
  server.closeAllConnections();
  const refused = new RestError("refused", { request, response, statusCode: 403 });
  Object.assign(refused, { details: JSON.parse(response.bodyAsText ?? "") as unknown });
  // Like the errors of @azure/identity, and of `new URL`.
  const tried = Object.assign(new Error("no token"), {
    errors: [
      Object.assign(new Error("a"), { errorResponse: { errorDescription: "client_secret=c2VjcmV0" } }),
    ],
    input: "https://me:c2VjcmV0@host",
    cause: { address: "?sig=c2VjcmV0", next: refused },
  });
  redactError(tried);
  const shown = inspect([tried, refused, response.headers, refused.response, refused.details], {
    depth: 20,
    showHidden: true,
  });
  expect(shown).toContain("sig=REDACTED");
  expect(shown).not.toContain("c2VjcmV0");
});

test("an error does not lead to the connection of its answer, which keeps the head of the request", async () => {
  const server = createServer((_, response) => response.end("page"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const request = createPipelineRequest({
    url: `http://127.0.0.1:${port}/c/b?sig=secret`,
    allowInsecureConnection: true,
    streamResponseStatusCodes: new Set([200]),
  });
  const response = await createEmptyPipeline().sendRequest(createDefaultHttpClient(), request);
  const cause = new RestError("not the store", { request, response });
  // As the SDK's clients repeat the answer.
  cause.details = { readableStreamBody: response.readableStreamBody };
  const error = new Error("failed", { cause });
  redactError(error);
  server.close();
  server.closeAllConnections();
  expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain("secret");
});

test("the texts of an error are redacted while its request stays complete", () => {
  const url = "http://127.0.0.1/c?sv=1&sig=c2VjcmV0%3D";
  const request = createPipelineRequest({ url });
  request.headers.set("authorization", "SharedKey account:c2VjcmV0");
  const response = { request, status: 403, headers: createHttpHeaders({ location: url }), bodyAsText: url };
  const refused = new RestError(`No access to ${url}`, { request, response, statusCode: 403 });
  redactErrorTexts(refused);
  expect(
    [refused.message, refused.stack, response.bodyAsText, response.headers.get("location")].join(),
  ).not.toContain("c2VjcmV0");
  expect(refused.message).toContain("sig=REDACTED");
  expect(request.url).toBe(url);
  expect(request.headers.get("authorization")).toBe("SharedKey account:c2VjcmV0");
});

test("the path of an error of the file system stays: programs act on it", () => {
  const error = Object.assign(new Error("ENOENT: open '/data/password=x/a'"), { path: "/data/password=x/a" });
  redactError(error);
  expect(error.path).toBe("/data/password=x/a");
});

test("a value that is not an error, or is frozen, causes no failure", () => {
  for (const error of [
    "?sig=secret",
    undefined,
    Object.freeze(new Error("?sig=secret")),
    new DOMException("?sig=secret", "AbortError"),
    Object.assign(new Error("x"), { message: 42 }),
  ])
    redactError(error);
});
