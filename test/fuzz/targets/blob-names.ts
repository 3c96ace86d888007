import assert from "node:assert/strict";

import {
  outputBlobName,
  outputPathFor,
  parseOutputBlobName,
  type OutputAddress,
} from "../../../src/conventions/index.js";
import { confusedPath, outputAddress } from "../../conventions/arbitraries.js";
import fc from "fast-check";
import type { FuzzTarget } from "../support/fuzz-target.js";
import { attemptArgument } from "../support/properties.js";

/** Parses as `docs/conventions.md` says, without a regular expression. */
function parseByHand(name: string): OutputAddress | undefined {
  const segments = name.split("/");
  const task = segments[0]?.startsWith("$") === true ? undefined : segments.shift();
  const [marked = "", ...rest] = segments;
  const [kind, path] = [marked.slice(1), rest.join("/")];
  if (!marked.startsWith("$") || kind === "" || path === "") return undefined;
  if (task === undefined) return { kind, path };
  return /^[\w-]{1,64}$/.test(task) ? { taskId: task, kind, path } : undefined;
}

/** Where the service stores a blob: URLs are resolved on their way to it. */
function resolve(name: string): string {
  const path = name.split("/").map(encodeURIComponent).join("/");
  return decodeURIComponent(new URL(`http://host/container/${path}`).pathname);
}

function checkPath(input: string): void {
  const { value: path } = attemptArgument(() => outputPathFor(input));
  if (path === undefined) return;
  const { value: name } = attemptArgument(() => outputBlobName({ taskId: "t", kind: "K", path }));
  if (name === undefined) return;
  assert.equal(resolve(name), `/container/${name}`, "the service stores it under this name");
  assert.deepEqual(parseOutputBlobName(name), { taskId: "t", kind: "K", path });
  assert.ok(input.replaceAll("\\", "/").endsWith(path), "a path is a part of what was given");
  assert.equal(outputPathFor(path), path);
}

function checkAddress(address: OutputAddress): void {
  const { value: name } = attemptArgument(() => outputBlobName(address));
  if (name === undefined) return;
  assert.deepEqual(parseOutputBlobName(name), address);
  assert.equal(resolve(name), `/container/${name}`);
}

/** A blob name, a path of a task, and, in three lines, the parts of an address. */
export const target: FuzzTarget = {
  seeds: [
    ...["t1/$TaskLog/stdout.txt", "$JobOutput/a/b.txt", "t1/$TaskLog/a//b", "..\\stdout.txt", "../../x"],
    ...["t1\nTaskLog\nstdout.txt", "\nJobOutput\na", `t/$K/${"x".repeat(1017)}`, "t/$K/a/".repeat(130)],
  ],
  grammar: fc.oneof(
    confusedPath,
    outputAddress.map((address) =>
      "taskId" in address
        ? [address.taskId, address.kind, address.path].join("\n")
        : ["", address.kind, address.path].join("\n"),
    ),
    outputAddress.map(({ kind, path }) => `t/$${kind}/${path}`),
  ),
  words: ["$", "/$", "t1", "TaskLog", "/", "./", "/.", "a."],
  check(input) {
    const parsed = parseOutputBlobName(input);
    assert.deepEqual(parsed, parseByHand(input));
    // Reading is lenient: a name that can be parsed may be one that is not written, but never another one.
    if (parsed !== undefined) {
      const { value: again } = attemptArgument(() => outputBlobName(parsed));
      if (again !== undefined) assert.equal(again, input);
    }
    checkPath(input);
    const [taskId = "", kind = "", ...path] = input.split("\n");
    checkAddress({ ...(taskId !== "" && { taskId }), kind, path: path.join("\n") });
  },
};
