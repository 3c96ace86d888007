import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { nameFile } from "../../../src/core/index.js";
import { captureError } from "../../support/capture-error.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

test("an error of an open file gets the file's name, in its message and stack", async () => {
  const descriptor = openSync(import.meta.filename, "r");
  const error = await captureError(() => writeSync(descriptor, "x"));
  closeSync(descriptor);
  expect(error).not.toHaveProperty("path");
  expect(nameFile(error, "/data/a.txt")).toBe(error);
  expect(error).toMatchObject({ code: "EBADF", path: "/data/a.txt" });
  expect(error.message).toBe("EBADF: bad file descriptor, write '/data/a.txt'");
  expect(error.stack).toContain("write '/data/a.txt'");
});

test("an error that names a file, and one that is not the system's, stay as they are", async () => {
  const path = join(createTemporaryFolder(), "missing");
  const error = await captureError(() => readFileSync(path));
  const { message } = error;
  nameFile(error, "/data/a.txt");
  expect(error).toMatchObject({ message, path });
  const other = new Error("other");
  nameFile(other, "/data/a.txt");
  expect(other.message).toBe("other");
});
