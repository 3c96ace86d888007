import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, inject, test } from "vitest";

import { BatchOutputsClient } from "../../src/index.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { hangTimeoutInMs } from "../support/time-limits.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { requireWindows } from "../support/windows/require-windows.js";
import { runOnWindows } from "../support/windows/run-on-windows.js";
import { toWindowsPath } from "../support/windows/wine.js";
import { startTestBatch } from "../local-batch/support/start-test-batch.js";

const example = join(import.meta.dirname, "../../examples/build/windows-nodes");

test("the example runs a job whose tasks save under Windows, and a client under Windows lists what they saved", async (context) => {
  const { wine, node } = requireWindows(context, inject("windows"));
  const azurite = useSharedAzurite();
  const packages = createTemporaryFolder();
  await build({
    entryPoints: [join(example, "task.js")],
    outfile: join(packages, "primes/1.0/task.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["@azure/identity"],
    // As docs/guides/bundlers-and-runtimes.md says.
    banner: {
      js: 'import { createRequire as createBundleRequire } from "node:module"; const require = createBundleRequire(import.meta.url);',
    },
  });
  const service = await startTestBatch({ applicationPackages: packages });
  // The nodes of the local service are on Linux: what their tasks start is Wine, without a terminal or pipes.
  const starter = join(createTemporaryFolder(), "start-on-windows");
  const variables = Object.entries({ ...wine.env, NODE_OPTIONS: wine.nodeOptions }).map(
    ([name, value]) => `export ${name}='${value}'\n`,
  );
  writeFileSync(
    starter,
    `#!/bin/sh\n${variables.join("")}exec wine '${node}' "$AZ_BATCH_APP_PACKAGE_primes_1_0/task.mjs" "$@" </dev/null\n`,
  );
  chmodSync(starter, 0o755);
  const client = toWindowsPath(join(example, "client.js"));
  const { status, stdout, stderr } = await runOnWindows(wine, node, [client, "--command", starter], {
    env: {
      AZURE_BATCH_ENDPOINT: service.endpoint,
      AZURE_BATCH_ACCOUNT: service.accountName,
      AZURE_BATCH_ACCESS_KEY: service.accountKey,
      AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
    },
    timeoutInMs: hangTimeoutInMs,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.replaceAll("\r\n", "\n")).toBe(
    [
      ...[1, 2, 3].map((number) => `thousand-${number} ended with exit code 0\n`),
      "thousand-1  TaskLog  stdout.txt  26 bytes\n",
      "thousand-1  TaskOutput  primes.txt  811 bytes\n",
      "thousand-2  TaskLog  stdout.txt  29 bytes\n",
      "thousand-2  TaskOutput  primes.txt  810 bytes\n",
      "thousand-3  TaskLog  stdout.txt  29 bytes\n",
      "thousand-3  TaskOutput  primes.txt  762 bytes\n",
    ].join(""),
  );
  const store = BatchOutputsClient.fromConnectionString(azurite.connectionString);
  for await (const { jobId } of store.listJobs()) {
    if (!jobId?.startsWith("primes-")) continue;
    const output = store.getTaskOutputStorage(jobId, "thousand-1").getOutput("TaskOutput", "primes.txt");
    expect((await output.downloadToBuffer()).toString()).toMatch(/^2\r\n3\r\n5\r\n/);
  }
});
