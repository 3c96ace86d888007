import { resolve } from "node:path";
import { expect, test } from "vitest";

import { type ContentOptions, JobOutputStorage, TaskOutputStorage } from "../../../src/outputs/index.js";
import { captureError } from "../../support/capture-error.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

/** Nobody listens there: whatever makes a request fails with another error than these. */
const containerUrl = "http://127.0.0.1:1/devstoreaccount1/job-j1?sv=2021-12-02&sr=c&sp=racwl&sig=c2VjcmV0";
const options = { retryOptions: { maxTries: 1 } };
const storages = [
  new TaskOutputStorage(containerUrl, "t1", options),
  new JobOutputStorage(containerUrl, options),
] as const;

/** A value that the types forbid, as a caller without a type checker may pass it. */
const wrong = (value: unknown) => value as never;

type Storage = (typeof storages)[number];
type Call = (storage: Storage, bad: never) => Promise<unknown>;

async function expectRefusals(
  calls: Readonly<Record<string, Call>>,
  bad: unknown,
  type: typeof TypeError,
  argument: string,
): Promise<void> {
  for (const storage of storages) {
    for (const [name, call] of Object.entries(calls)) {
      const error = await captureError(call(storage, wrong(bad)));
      expect([name, error.message.slice(0, argument.length + 1)]).toEqual([name, `${argument} `]);
      expect([name, error.constructor]).toEqual([name, type]);
    }
  }
}

// The source does not exist: an argument is refused before any file is looked at.
const missing = resolve("/", "nowhere", "missing.txt");

test.each<[unknown, typeof TypeError]>([
  [undefined, TypeError],
  [null, TypeError],
  [5, TypeError],
  [{}, TypeError],
  ["", RangeError],
  ["a/b", RangeError],
  ["a\\b", RangeError],
  ["a.", RangeError],
  ["..", RangeError],
  ["a\nb", RangeError],
  ["a\ud800", RangeError],
])("the kind %j is refused by every save", async (bad, type) => {
  await expectRefusals(
    {
      save: (storage, kind) => storage.save(kind, "a.txt"),
      saveTo: (storage, kind) => storage.save(kind, missing, { destinationPath: "a.txt" }),
      saveText: (storage, kind) => storage.saveText(kind, "text", "a.txt"),
      saveData: (storage, kind) => storage.saveData(kind, Buffer.from("x"), "a.txt"),
      saveMany: (storage, kind) => storage.saveMany(kind, "*.txt"),
    },
    bad,
    type,
    "kind",
  );
});

test.each<[unknown, typeof TypeError]>([
  [undefined, TypeError],
  [null, TypeError],
  [5, TypeError],
  [["a.txt"], TypeError],
  [Buffer.from("a.txt"), TypeError],
  ["", RangeError],
  ["a\0b", RangeError],
])("the source path %j is refused, with a destination and without", async (bad, type) => {
  await expectRefusals(
    {
      save: (storage, sourcePath) => storage.save("TaskOutput", sourcePath),
      saveTo: (storage, sourcePath) => storage.save("TaskOutput", sourcePath, { destinationPath: "a.txt" }),
    },
    bad,
    type,
    "sourcePath",
  );
});

test.each([
  "/a.txt",
  "\\a.txt",
  "C:\\a.txt",
  "C:a.txt",
  "\\\\server\\share\\a.txt",
  "..",
  "../",
  "../..",
  ".",
  "a/../b.txt",
  "a/./b.txt",
  "a//b.txt",
  "a/",
  "a.txt.",
  "a\nb.txt",
  "x".repeat(1025),
])("the source path %j is no output path: without a destination it is refused", async (bad) => {
  await expectRefusals(
    { save: (storage, sourcePath) => storage.save("TaskOutput", sourcePath) },
    bad,
    RangeError,
    "sourcePath",
  );
});

test.each<[unknown, typeof TypeError]>([
  [null, TypeError],
  [5, TypeError],
  ["", RangeError],
  ["/a.txt", RangeError],
  ["\\a.txt", RangeError],
  ["C:\\a.txt", RangeError],
  ["../a.txt", RangeError],
  ["a/../b.txt", RangeError],
  ["a\\b.txt", RangeError],
  ["a//b.txt", RangeError],
  ["a/", RangeError],
  [".", RangeError],
  ["a.txt.", RangeError],
  ["a\u0007b.txt", RangeError],
  ["a\udc00b.txt", RangeError],
  ["x".repeat(1025), RangeError],
  ["x/".repeat(300) + "x", RangeError],
])("the destination %j is refused by every save", async (bad, type) => {
  await expectRefusals(
    {
      saveText: (storage, path) => storage.saveText("TaskOutput", "text", path),
      saveData: (storage, path) => storage.saveData("TaskOutput", Buffer.from("x"), path),
    },
    bad,
    type,
    "destinationPath",
  );
  await expectRefusals(
    { save: (storage, destinationPath) => storage.save("TaskOutput", missing, { destinationPath }) },
    bad,
    type,
    "options.destinationPath",
  );
});

test("a missing destination is an argument error", async () => {
  await expectRefusals(
    {
      saveText: (storage, path) => storage.saveText("TaskOutput", "text", path),
      saveData: (storage, path) => storage.saveData("TaskOutput", Buffer.from("x"), path),
    },
    undefined,
    TypeError,
    "destinationPath",
  );
});

test.each([undefined, null, 5, {}, Buffer.from("x"), ["x"]])("the text %j is refused", async (bad) => {
  await expectRefusals(
    { saveText: (storage, text) => storage.saveText("TaskOutput", text, "a.txt") },
    bad,
    TypeError,
    "text",
  );
});

test.each([undefined, null, 5, {}, "text", () => "x"])("the data %j is refused", async (bad) => {
  await expectRefusals(
    { saveData: (storage, data) => storage.saveData("TaskOutput", data, "a.txt") },
    bad,
    TypeError,
    "data",
  );
});

test.each<[unknown, typeof TypeError]>([
  [null, RangeError],
  [undefined, RangeError],
  [[], RangeError],
  [5, TypeError],
  [{}, TypeError],
  [[5], TypeError],
  [[null], TypeError],
  [["a", undefined], TypeError],
  ["", RangeError],
  [["a", ""], RangeError],
  ["a\0", RangeError],
])("the patterns %j are refused", async (bad, type) => {
  await expectRefusals(
    { saveMany: (storage, patterns) => storage.saveMany("TaskOutput", patterns) },
    bad,
    type,
    "patterns",
  );
});

test.each<[string, unknown, typeof TypeError]>([
  ["cwd", 5, TypeError],
  ["cwd", null, TypeError],
  ["cwd", "", RangeError],
  ["cwd", "a\0", RangeError],
  ["exclude", 5, TypeError],
  ["exclude", [5], TypeError],
  ["exclude", "", RangeError],
  ["exclude", "!a", RangeError],
  ["destinationPrefix", 5, TypeError],
  ["destinationPrefix", null, TypeError],
  ["destinationPrefix", "", RangeError],
  ["destinationPrefix", "/", RangeError],
  ["destinationPrefix", "/a", RangeError],
  ["destinationPrefix", "a//", RangeError],
  ["destinationPrefix", "../a", RangeError],
  ["destinationPrefix", "a/..", RangeError],
  ["destinationPrefix", "a\\b", RangeError],
  ["ifNoFilesFound", "fail", RangeError],
  ["ifNoFilesFound", null, RangeError],
])("saveMany refuses %s: %j", async (name, value, type) => {
  await expectRefusals(
    {
      saveMany: (storage, bad) =>
        storage.saveMany("TaskOutput", "*", { cwd: createTemporaryFolder(), [name]: bad }),
    },
    value,
    type,
    `options.${name}`,
  );
});

test.each<[keyof ContentOptions, unknown, typeof TypeError, string?]>([
  ["overwrite", "sometimes", RangeError],
  ["overwrite", null, RangeError],
  ["overwrite", true, RangeError],
  ["concurrency", 0, RangeError],
  ["concurrency", -1, RangeError],
  ["concurrency", 1.5, RangeError],
  ["concurrency", 1001, RangeError],
  ["concurrency", Number.NaN, RangeError],
  ["concurrency", "4", TypeError],
  ["contentType", 5, TypeError],
  ["contentType", null, TypeError],
  ["contentType", "", RangeError],
  ["contentType", "text/plain\r\nx-ms-meta-a: b", RangeError],
  ["contentType", "texte/français", RangeError],
  ["contentEncoding", 5, TypeError],
  ["contentEncoding", " gzip", RangeError],
  ["tier", "cool", RangeError],
  ["tier", 5, RangeError],
  ["onProgress", "yes", TypeError],
  ["metadata", 5, TypeError],
  ["metadata", null, TypeError],
  ["metadata", ["a"], TypeError],
  ["metadata", { "a-b": "x" }, RangeError],
  ["metadata", { "1a": "x" }, RangeError],
  ["metadata", { "": "x" }, RangeError],
  ["metadata", { a: 5 }, TypeError, "options.metadata.a"],
  ["metadata", { a: null }, TypeError, "options.metadata.a"],
  ["metadata", { a: "" }, RangeError, "options.metadata.a"],
  ["metadata", { a: " x" }, RangeError, "options.metadata.a"],
  ["metadata", { a: "grün" }, RangeError, "options.metadata.a"],
  ["metadata", { a: "x\r\ny" }, RangeError, "options.metadata.a"],
  ["metadata", { a: "x", A: "y" }, RangeError],
  ["metadata", { a: "x".repeat(8192) }, RangeError],
  ["tags", 5, TypeError],
  ["tags", null, TypeError],
  ["tags", { "a*": "x" }, RangeError],
  ["tags", { "": "x" }, RangeError],
  ["tags", { a: 5 }, TypeError, 'options.tags["a"]'],
  ["tags", { a: "x?" }, RangeError, 'options.tags["a"]'],
  ["tags", { a: "x".repeat(257) }, RangeError, 'options.tags["a"]'],
  ["tags", Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`t${index}`, "x"])), RangeError],
])("every save refuses %s: %j", async (name, value, type, argument = `options.${name}`) => {
  const given = (bad: never): ContentOptions => ({ [name]: bad });
  await expectRefusals(
    {
      save: (storage, bad) => storage.save("TaskOutput", "missing.txt", given(bad)),
      saveText: (storage, bad) => storage.saveText("TaskOutput", "text", "a.txt", given(bad)),
      saveData: (storage, bad) => storage.saveData("TaskOutput", Buffer.from("x"), "a.txt", given(bad)),
      saveMany: (storage, bad) => storage.saveMany("TaskOutput", "*", given(bad)),
    },
    value,
    type,
    argument,
  );
});

test.each([null, 5, "always", [], () => "x"])(
  "options that are not an object are rejected: %j",
  async (value) => {
    await expectRefusals(
      {
        save: (storage, bad) => storage.save("TaskOutput", "missing.txt", bad),
        saveText: (storage, bad) => storage.saveText("TaskOutput", "text", "a.txt", bad),
        saveData: (storage, bad) => storage.saveData("TaskOutput", Buffer.from("x"), "a.txt", bad),
        saveMany: (storage, bad) => storage.saveMany("TaskOutput", "*", bad),
      },
      value,
      TypeError,
      "options",
    );
  },
);

test("the file is opened only if all arguments are valid, and requests are made only if it exists", async () => {
  for (const storage of storages) {
    for (const overwrite of ["always", "never", "if-changed"] as const) {
      const error = await captureError(
        storage.save("TaskOutput", missing, { destinationPath: "a.txt", overwrite }),
      );
      expect(error).toMatchObject({ code: "ENOENT", path: missing });
    }
  }
});
