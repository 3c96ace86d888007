import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";

import { UsageError } from "../../../src/cli/errors/usage-error.js";
import { readOutputsFile } from "../../../src/cli/saving/read-outputs-file.js";
import type { FuzzTarget } from "../support/fuzz-target.js";

const path = join(mkdtempSync(join(tmpdir(), "fuzz-outputs-file-")), "outputs.yaml");

async function read(text: string): Promise<unknown> {
  writeFileSync(path, text);
  try {
    return await readOutputsFile(path);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    assert.ok(error.message.length < 10_000, "the message is not the file");
    return undefined;
  }
}

const scalar = fc.constantFrom(
  "a",
  "'*.txt'",
  "TaskOutput",
  "success",
  "true",
  "1",
  "null",
  "~",
  "2026-01-01",
  "0x1F",
  "[a, b]",
  "{a: b}",
  "*x",
  "&x [*x]",
  "&y a",
  "!!binary aGk=",
  "!!set {a}",
  "|\n  text",
  "!!js/function x",
  ".inf",
  "1m30s",
);
const key = fc.constantFrom(
  "kind",
  "files",
  "exclude",
  "when",
  "jobOutput",
  "destination",
  "metadata",
  "tags",
  "tier",
  "overwrite",
  "file",
  "flushInterval",
  "__proto__",
  "<<",
  "constructor",
  "? x",
);
const entry = fc
  .array(fc.tuple(key, scalar), { minLength: 1, maxLength: 6 })
  .map((members) =>
    members.map(([name, text], index) => `${index === 0 ? "  - " : "    "}${name}: ${text}`).join("\n"),
  );

const bomb = [
  "a: &a [x,x,x,x,x,x,x,x,x,x]",
  ..."bcdefghi"
    .split("")
    .map(
      (letter, index) =>
        `${letter}: &${letter} [${Array.from({ length: 10 }, () => `*${"abcdefgh".charAt(index)}`).join(",")}]`,
    ),
].join("\n");

export const target: FuzzTarget = {
  seeds: [
    "outputs:\n  - kind: TaskOutput\n    files: '*.txt'\n    when: success\n    metadata: { a: b }\ntracked:\n  - file: a.log\n    flushInterval: 30s\n",
    '{"outputs":[{"kind":"TaskOutput","files":["a","b"],"tier":"Cool"}]}',
    bomb,
    "outputs: &a\n  - *a\n",
    "outputs:\n  - kind: K\n    files: a\n    when: &x [*x]\n",
    `outputs: ${"[".repeat(5000)}`,
    "---\noutputs: []\n---\noutputs: []\n",
  ],
  grammar: fc.array(entry, { maxLength: 3 }).map((entries) => `outputs:\n${entries.join("\n")}\n`),
  words: [":", "- ", "\n", "  ", "&a ", "*a", "!!", "|", ">", "{", "[", "<<: ", "%YAML 1.1\n---\n", "\t"],
  async check(input) {
    const file = await read(input);
    if (file === undefined) return;
    const { outputs } = file as {
      outputs: readonly { kind: unknown; files: unknown[]; metadata?: object }[];
    };
    for (const { kind, files, metadata = {} } of outputs) {
      assert.ok(
        typeof kind === "string" &&
          kind !== "" &&
          files.length > 0 &&
          files.every((one) => typeof one === "string"),
      );
      assert.ok(Object.values(metadata).every((one) => typeof one === "string"));
    }
  },
};
