import { execFile } from "node:child_process";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";

import { createTemporaryFolder } from "../support/create-temporary-folder.js";

const source = join(import.meta.dirname, "../../src/cli/process/watch-end.ts");

/** Runs `watchEnd` in a process of its own. */
async function runWith(work: string): Promise<{ status: number | null; stderr: string }> {
  const outfile = join(createTemporaryFolder(), "program.mjs");
  await build({
    stdin: {
      contents: `import { watchEnd } from ${JSON.stringify(source)}; void watchEnd(${work});`,
      resolveDir: import.meta.dirname,
    },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
  });
  return await new Promise((resolve) => {
    const child = execFile(process.execPath, [outfile], (_, __, stderr) => {
      resolve({ status: child.exitCode, stderr });
    });
  });
}

test("a process that ends before its work is done does not succeed", async () => {
  const { status, stderr } = await runWith("new Promise(() => {})");
  expect(status).toBe(13);
  expect(stderr).toBe("batch-outputs: the process ended before its work was done.\n");
});

test("a process whose work is done succeeds", async () => {
  expect(await runWith("Promise.resolve()")).toEqual({ status: 0, stderr: "" });
});
