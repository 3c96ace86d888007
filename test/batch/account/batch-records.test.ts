import { expect, test } from "vitest";

import { readNodeFileHeaders } from "../../../src/batch/account/batch-records.js";

test.each([
  ["Mon, 02 Nov 2026 11:22:33 GMT", "2026-11-02T11:22:33.000Z"],
  ["no date", undefined],
  [undefined, undefined],
])("a file on a node with the header Last-Modified: %s was changed at %s", (header, lastModified) => {
  const file = readNodeFileHeaders("a.txt", (name) => (name === "last-modified" ? header : undefined));
  expect(file.lastModified).toBe(lastModified);
});
