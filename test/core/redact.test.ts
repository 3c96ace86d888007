import { expect, test } from "vitest";

import { redactError, redactText, redactUrl } from "../../src/core/redact.js";

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
  ["not a url?sig=secret", "not a url"],
  ["", ""],
])("the URL %j is shown as %j", (url, expected) => {
  expect(redactUrl(url)).toBe(expected);
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

test("an error is redacted in its message, its stack and its causes, also in circular ones", () => {
  const inner = new Error("GET /c?sig=secret failed");
  const outer = new Error("while reading ?sig=secret", { cause: inner });
  inner.cause = outer;
  redactError(outer);
  for (const { message, stack = "" } of [inner, outer]) {
    expect(message).toContain("sig=REDACTED");
    expect(message + stack).not.toContain("secret");
  }
});

test("each error of an AggregateError is redacted", () => {
  const one = new Error("GET /c?sig=secret failed");
  redactError(new AggregateError([one, "no error", undefined], "both failed"));
  expect(one.message).toBe("GET /c?sig=REDACTED failed");
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
