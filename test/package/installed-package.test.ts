import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { type Azurite, startAzurite } from "../support/azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { createJobId } from "../support/create-job-id.js";
import { runIn } from "./npm-package.js";

describe("the installed package", () => {
  const project = inject("installedProject");

  test("can be imported by both its names, without a warning", async () => {
    const { stdout, stderr } = await runIn(
      project,
      `import * as all from "azure-batch-outputs";
       import * as conventions from "azure-batch-outputs/conventions";
       console.log(JSON.stringify([Object.keys(all), Object.keys(conventions)]));`,
    );
    const [all, conventions] = JSON.parse(stdout) as [string[], string[]];
    expect(all).toEqual(
      expect.arrayContaining(["BatchOutputsClient", "TaskOutputStorage", "TaskOutputKind"]),
    );
    expect(conventions).toEqual(expect.arrayContaining(["jobOutputContainerName", "parseOutputBlobName"]));
    expect(stderr).toBe("");
  });

  test("prints its classes by their public names", async () => {
    const { stdout } = await runIn(
      project,
      `import * as all from "azure-batch-outputs";
       import * as batch from "azure-batch-outputs/batch";
       import * as local from "azure-batch-outputs/local-batch";
       const isClass = ([, value]) => typeof value === "function" && /^class\\b/.test(value.toString());
       const classes = [all, batch, local].flatMap((module) => Object.entries(module)).filter(isClass);
       const task = new all.TaskOutputStorage("https://a.blob.core.windows.net/job-1", "t1");
       console.log(JSON.stringify(classes.map(([name, value]) => [name, value.name])));
       console.log(task.getOutput("TaskLog", "a.txt"));`,
    );
    const [line = "", ...printed] = stdout.split("\n");
    const classes = JSON.parse(line) as [string, string][];
    expect(classes.map(([name]) => name)).toEqual(
      expect.arrayContaining(["BatchOutputsClient", "JobOutputStorage", "OutputFileReference"]),
    );
    expect(classes.filter(([name, own]) => own !== name)).toEqual([]);
    expect(printed.join("\n")).toMatch(/^OutputFileReference \{/);
  });

  test("can be required by CommonJS, with the same classes as an import", async () => {
    const { stdout } = await runIn(
      project,
      `const required = require("azure-batch-outputs");
       const { jobOutputContainerName } = require("azure-batch-outputs/conventions");
       void import("azure-batch-outputs").then((imported) => {
         const same = Object.keys(imported).filter((name) => imported[name] === required[name]);
         console.log(same.length === Object.keys(imported).length, same.length > 5, jobOutputContainerName("Job1"));
       });`,
      // What older Node.js says of require() itself is not ours.
      { type: "commonjs", flags: ["--disable-warning=ExperimentalWarning"] },
    );
    expect(stdout).toMatch(/^true true job-/);
  });

  test.each([
    "azure-batch-outputs/dist/index.js",
    "azure-batch-outputs/storage",
    "azure-batch-outputs/errors",
  ])("does not export %s", async (specifier) => {
    const { stdout } = await runIn(
      project,
      `await import(${JSON.stringify(specifier)}).catch((error) => console.log(error.code));`,
    );
    expect(stdout.trim()).toBe("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  test("has a version, which is also that of the user agent", async () => {
    const { stdout } = await runIn(
      project,
      `import manifest from "azure-batch-outputs/package.json" with { type: "json" };
       console.log(manifest.version);`,
      { flags: ["--disable-warning=ExperimentalWarning"] },
    );
    const chunks = join(project, "node_modules/azure-batch-outputs/dist/chunks");
    const modules = (await readdir(chunks)).filter((name) => name.endsWith(".js"));
    const sources = await Promise.all(modules.map(async (name) => readFile(join(chunks, name), "utf8")));
    expect(sources.join("")).toContain(JSON.stringify(stdout.trim()));
  });

  test("depends on the storage SDK and little more: no sign-in library, no emulator, no development tools", async () => {
    const lock = await readFile(join(project, "node_modules/.package-lock.json"), "utf8");
    const { packages } = JSON.parse(lock) as { packages: Record<string, unknown> };
    const names = Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, ""));
    expect(names).toContain("@azure/storage-blob");
    for (const absent of [
      "@azure/identity",
      "@azure/batch",
      "azurite",
      "typescript",
      "sharp",
      "hono",
      "mime",
    ])
      expect(names).not.toContain(absent);
    // Itself, and the packages of the storage SDK.
    expect(names.length).toBeLessThanOrEqual(35);
  });

  test("says which package to install when the environment asks for Entra ID", async () => {
    const { stdout } = await runIn(
      project,
      `import { TaskOutputStorage } from "azure-batch-outputs";
       const outputs = TaskOutputStorage.fromEnvironment();
       await outputs.getOutput("TaskLog", "stdout.txt").exists().catch(({ code, message }) => console.log(code, message));`,
      {
        env: {
          AZ_BATCH_JOB_ID: "j1",
          AZ_BATCH_TASK_ID: "t1",
          AZURE_STORAGE_ACCOUNT_URL: "https://account.blob.core.windows.net",
        },
      },
    );
    expect(stdout).toContain("EnvironmentIncomplete");
    expect(stdout).toContain("npm install @azure/identity");
  });

  test("provides the conventions without any other package installed", async () => {
    const bare = createTemporaryFolder();
    const modules = join(bare, "node_modules");
    await mkdir(modules);
    const name = "azure-batch-outputs";
    await cp(join(project, "node_modules", name), join(modules, name), { recursive: true });
    expect(await readdir(modules)).toEqual([name]);
    const { stdout, stderr } = await runIn(
      bare,
      `import { jobOutputContainerName, outputBlobName } from "azure-batch-outputs/conventions";
       console.log(jobOutputContainerName("Job_1"), outputBlobName({ taskId: "t1", kind: "TaskLog", path: "a.txt" }));`,
    );
    expect(stdout).toMatch(/^job-\S+ t1\/\$TaskLog\/a\.txt\n$/);
    expect(stderr).toBe("");
  });

  describe("with a store", () => {
    let azurite: Azurite;

    beforeAll(async () => {
      azurite = await startAzurite();
    });

    afterAll(async () => {
      await azurite.stop();
    });

    test("prepares, saves, lists and fetches, as a client and as a task", async () => {
      const target = createTemporaryFolder();
      const { stdout, stderr } = await runIn(
        project,
        `import { writeFile } from "node:fs/promises";
         import { join } from "node:path";
         import { BatchOutputsClient, TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";

         const { STORE, JOB, TARGET } = process.env;
         const client = BatchOutputsClient.fromConnectionString(STORE);
         await client.prepareOutputStorage(JOB);
         process.env.AZURE_BATCH_OUTPUTS_CONTAINER_URL = await client.getOutputStorageContainerUrl(JOB);

         const task = TaskOutputStorage.fromEnvironment();
         await writeFile(join(TARGET, "frame.jpg"), "a frame");
         await task.save(TaskOutputKind.TaskOutput, join(TARGET, "frame.jpg"), { destinationPath: "frames/1.jpg" });
         await task.saveText(TaskOutputKind.TaskLog, "fertig: ✓", "stdout.txt");

         for await (const output of client.getJobOutputStorage(JOB).getTaskOutputStorage("t1").listOutputs())
           console.log(output.kind, output.filePath, output.size, output.contentType);
         const { downloadedCount } = await client.getTaskOutputStorage(JOB, "t1").downloadOutputs(join(TARGET, "fetched"));
         console.log(downloadedCount);`,
        {
          env: {
            STORE: azurite.connectionString,
            JOB: createJobId(),
            TARGET: target,
            AZ_BATCH_TASK_ID: "t1",
          },
        },
      );
      expect(stderr).toBe("");
      expect(stdout).toBe(
        "TaskLog stdout.txt 11 text/plain; charset=utf-8\nTaskOutput frames/1.jpg 7 image/jpeg\n2\n",
      );
      expect(await readFile(join(target, "fetched/$TaskOutput/frames/1.jpg"), "utf8")).toBe("a frame");
      expect(await readFile(join(target, "fetched/$TaskLog/stdout.txt"), "utf8")).toBe("fertig: ✓");
    });
  });
});
