import { build as esbuild } from "esbuild";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build as vite } from "vite";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { type Azurite, startAzurite } from "../support/azurite.js";
import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { createJobId } from "../support/create-job-id.js";

/** A task's program: many small files, a large one and a tracked log, so that workers and every route are in it. */
const program = `
  import { appendFile, mkdir, writeFile } from "node:fs/promises";
  import { join } from "node:path";
  import { StorageSharedKeyCredential } from "@azure/storage-blob";
  import { BatchOutputsClient, TaskOutputKind } from "azure-batch-outputs";

  async function main() {
    const { ENDPOINT = "", ACCOUNT = "", KEY = "", JOB = "", TARGET = "" } = process.env;
    const client = new BatchOutputsClient(ENDPOINT, new StorageSharedKeyCredential(ACCOUNT, KEY));
    await client.prepareOutputStorage(JOB);
    const task = client.getTaskOutputStorage(JOB, "t1");
    const small = join(TARGET, "small");
    await mkdir(small, { recursive: true });
    for (let index = 0; index < 50; index++) await writeFile(join(small, index + ".txt"), "file " + index);
    const { savedCount, failedCount } = await task.saveMany(TaskOutputKind.TaskIntermediate, ["**"], { cwd: small });
    await task.saveData(TaskOutputKind.TaskOutput, new Uint8Array(40_000_000).fill(7), "large.bin");
    await writeFile(join(TARGET, "log.txt"), "one\\n");
    const log = await task.saveTracked(TaskOutputKind.TaskLog, join(TARGET, "log.txt"), { destinationPath: "log.txt" });
    await appendFile(join(TARGET, "log.txt"), "two\\n");
    await log.close();
    const { downloadedCount } = await task.downloadOutputs(join(TARGET, "fetched"));
    const missing = await task.getOutput("TaskOutput", "missing").downloadToBuffer().catch(({ code }) => code);
    console.log(savedCount, failedCount, downloadedCount, missing, (await task.getOutput("TaskLog", "log.txt").downloadToBuffer()).toString().trim());
  }
  void main();
`;

/** Uses clients of the SDK, synchronously, and signs a URL, for which the SDK is loaded. */
const programOfClients = `
  import { BatchOutputsClient } from "azure-batch-outputs";

  const { ENDPOINT = "", ACCOUNT = "", KEY = "", JOB = "" } = process.env;
  const client = new BatchOutputsClient(ENDPOINT, { name: ACCOUNT, key: KEY });
  const task = client.getTaskOutputStorage(JOB, "t1");
  const report = ({ code, hint, message }) =>
    console.log(code, hint?.action, hint?.package, message.includes(hint?.package));
  for (const use of [
    () => client.blobServiceClient,
    () => task.containerClient,
    () => task.getOutput("TaskOutput", "a.txt").blobClient,
  ]) {
    try {
      use();
    } catch (error) {
      report(error);
    }
  }
  client.getOutputStorageContainerUrl(JOB, { permissions: "rl" }).then(() => console.log("signed"), report);
`;

describe("a task's program in one file", () => {
  const folder = createDisposableFolder();
  const project = mkdtempSync(join(inject("installedProject"), "bundled-"));
  const entry = join(project, "task.mjs");
  let azurite: Azurite;

  beforeAll(async () => {
    azurite = await startAzurite();
    writeFileSync(entry, program);
  });

  afterAll(async () => {
    await azurite.stop();
    folder[Symbol.dispose]();
  });

  test.each([
    { format: "esm", minify: false },
    { format: "esm", minify: true },
    { format: "cjs", minify: true },
  ] as const)("runs when esbuild bundles it as $format, minified: $minify", async ({ format, minify }) => {
    const outfile = join(newFolder(), format === "esm" ? "task.mjs" : "task.cjs");
    const { warnings } = await esbuild({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: "node",
      target: "node20.19",
      format,
      minify,
      // Some packages of the SDK are CommonJS inside and require modules of Node.js; others ask for the module's address.
      ...(format === "esm"
        ? {
            banner: {
              js: 'import { createRequire as createBundleRequire } from "node:module"; const require = createBundleRequire(import.meta.url);',
            },
          }
        : {
            define: { "import.meta.url": "moduleUrl" },
            banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
          }),
      external: ["@azure/identity"],
      logLevel: "silent",
    });
    expect(warnings.map(({ text }) => text)).toEqual([]);
    expect(await run(outfile)).toBe("50 0 52 OutputNotFound one\ntwo\n");
  });

  test.each([
    ["contains the storage SDK", false],
    ["leaves the storage SDK out", true],
  ])("names the missing package and what to do if the bundle %s", async (_, isLeftOut) => {
    const source = join(project, `clients-${isLeftOut}.mjs`);
    writeFileSync(source, programOfClients);
    const outfile = join(newFolder(), "task.cjs");
    await esbuild({
      entryPoints: [source],
      outfile,
      bundle: true,
      platform: "node",
      target: "node20.19",
      format: "cjs",
      define: { "import.meta.url": "moduleUrl" },
      banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
      external: ["@azure/identity", ...(isLeftOut ? ["@azure/storage-blob"] : [])],
      logLevel: "silent",
    });
    const missing = (action: string): string => `EnvironmentIncomplete ${action} @azure/storage-blob true`;
    const lines = (await run(outfile)).trim().split("\n");
    expect(lines).toEqual([
      ...Array<string>(3).fill(missing("pass-client")),
      isLeftOut ? missing("install-package") : "signed",
    ]);
  });

  test("runs when Vite bundles it", async () => {
    const outDir = newFolder();
    await vite({
      configFile: false,
      root: project,
      logLevel: "silent",
      ssr: { noExternal: true },
      build: { ssr: entry, outDir, target: "node20", rolldownOptions: { external: ["@azure/identity"] } },
    });
    const [name = ""] = (await readdir(outDir)).filter((file) => /^task\.m?js$/.test(file));
    expect(await run(join(outDir, name))).toBe("50 0 52 OutputNotFound one\ntwo\n");
  });

  function newFolder(): string {
    const path = join(folder.path, createJobId());
    mkdirSync(path);
    // What the bundle needs must be in it: there is no node_modules above it.
    writeFileSync(join(path, "package.json"), JSON.stringify({ type: "module" }));
    return path;
  }

  async function run(path: string): Promise<string> {
    const target = newFolder();
    const { stdout } = await promisify(execFile)(process.execPath, [path], {
      cwd: target,
      env: {
        PATH: process.env["PATH"] ?? "",
        ENDPOINT: azurite.blobEndpoint,
        ACCOUNT: azurite.accountName,
        KEY: azurite.accountKey,
        JOB: createJobId(),
        TARGET: target,
      },
    });
    return stdout;
  }
});
