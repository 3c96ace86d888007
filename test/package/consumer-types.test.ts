import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { compileIn, installInto, packageRoot, packInto } from "./npm-package.js";

/** What a user writes: every class, options as a user of exactOptionalPropertyTypes has them, types by name. */
const program = `
  import {
    BatchOutputsClient, type BatchOutputsErrorCode, isBatchOutputsError, JobOutputKind, JobOutputStorage,
    type OutputFileReference, type SaveManyResult, type SaveOptions, TaskOutputKind, TaskOutputStorage,
  } from "azure-batch-outputs";
  import { BatchAccountClient, saveFromNode, taskOutputFiles } from "azure-batch-outputs/batch";
  import { jobOutputContainerName, parseOutputBlobName } from "azure-batch-outputs/conventions";

  export async function use(signal: AbortSignal | undefined, contentType: string | undefined): Promise<SaveManyResult> {
    const client = BatchOutputsClient.fromConnectionString("UseDevelopmentStorage=true", { retryOptions: { maxTries: 2 } });
    await client.prepareOutputStorage({ id: "j1" }, { abortSignal: AbortSignal.timeout(1000) });
    const url: string = await client.getOutputStorageContainerUrl("j1", { lifetimeInMs: 60_000 });

    const task = new TaskOutputStorage(url, "t1");
    const options: SaveOptions = { overwrite: "if-changed", contentType, metadata: { frame: "1" } };
    const { status, output } = await task.save(TaskOutputKind.TaskOutput, "frame.jpg", options);
    const known: "saved" | "unchanged" = status;
    const size: number = output.size ?? 0;
    await task.saveData("Custom", (async function* () { yield new Uint8Array(size); })(), known);

    const job = new JobOutputStorage(url, { jobId: "j1" });
    const found: OutputFileReference[] = [];
    for await (const reference of job.listOutputs(JobOutputKind.JobOutput)) found.push(reference);
    for await (const page of job.listOutputs().byPage({ maxPageSize: 10 })) found.push(...page);
    await found[0]?.downloadToFile("film.webp", signal === undefined ? {} : { abortSignal: signal });

    const batch = new BatchAccountClient("https://a.westeurope.batch.azure.com", { name: "a", key: "a2V5" });
    for await (const { url: taskUrl, executionInfo } of batch.listTasks({ id: "j1" }, { abortSignal: signal }))
      console.log(taskUrl, executionInfo?.exitCode, taskOutputFiles({ storage: task }).length);
    const { savedCount } = await saveFromNode(batch, task, { overwrite: "if-changed", include: "wd/*" });
    console.log(savedCount);

    try {
      return await task.saveMany(TaskOutputKind.TaskLog, ["*.log"], { exclude: "debug.log", abortSignal: signal });
    } catch (error) {
      if (isBatchOutputsError(error)) {
        const code: BatchOutputsErrorCode = error.code;
        console.log(code, error.jobId, jobOutputContainerName("j1"), parseOutputBlobName("t1/$TaskLog/a")?.path);
      }
      throw error;
    }
  }
`;

/** Each line is wrong; a compiler that sees no types at all would find nothing in it. */
const mistakes = [
  'new TaskOutputStorage("https://a/b");',
  'task.save(TaskOutputKind.TaskOutput, "a", { overwrite: "sometimes" });',
  'task.saveMany("TaskLog", "*.log", { concurency: 1 });',
  'task.getOutput("TaskLog", "a").size = 3;',
  "task.jobId.length;",
];

describe("a TypeScript program that uses the installed package", () => {
  const folder = createDisposableFolder();
  const project = join(folder.path, "project");

  beforeAll(async () => {
    await installInto(project, await packInto(folder.path));
  });

  afterAll(() => {
    folder[Symbol.dispose]();
  });

  const strictest = {
    target: "ES2022",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    // A user's compiler may read the declarations of everything that is installed: ours, and those that ours name.
    skipLibCheck: false,
    types: ["node"],
    typeRoots: [join(packageRoot, "node_modules/@types")],
  };
  const manners = [
    { module: "NodeNext", moduleResolution: "NodeNext", lib: ["ES2023"] },
    { module: "ESNext", moduleResolution: "Bundler", lib: ["ES2023", "DOM"] },
  ];

  test.for(manners)("compiles, all declarations checked, with $moduleResolution and $lib", async (manner) => {
    expect(await compile(program, manner)).toBe("");
  });

  test.for(manners)("gets an error for every mistake with $moduleResolution", async (manner) => {
    const source = [
      'import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";',
      "declare const task: TaskOutputStorage;",
      ...mistakes,
    ].join("\n");
    const complaints = await compile(source, { ...manner, skipLibCheck: true });
    const lines = new Set([...complaints.matchAll(/program\.ts\((\d+),/g)].map(([, line]) => Number(line)));
    expect([...lines], complaints).toEqual(mistakes.map((_, index) => index + 3));
  });

  test("is spared the types of Node.js and of a page when it uses the conventions alone", async () => {
    const source = `
      import { jobOutputContainerName, outputBlobName, parseOutputBlobName } from "azure-batch-outputs/conventions";
      export const names: (string | undefined)[] = [
        jobOutputContainerName("j1"),
        outputBlobName({ kind: "JobOutput", path: "a" }),
        parseOutputBlobName("t1/$TaskLog/a")?.taskId,
      ];`;
    const nothing = { module: "ESNext", moduleResolution: "Bundler", lib: ["ES2022"], types: [] };
    expect(await compile(source, nothing)).toBe("");
  });

  test("is required by a CommonJS file of TypeScript", async () => {
    expect(await compile(program, { module: "NodeNext", moduleResolution: "NodeNext" }, "program.cts")).toBe(
      "",
    );
  });

  async function compile(source: string, compilerOptions: object, name = "program.ts"): Promise<string> {
    const own = await mkdtemp(join(project, "program-"));
    await writeFile(join(own, name), source);
    return await compileIn(own, {
      compilerOptions: { ...strictest, ...compilerOptions },
      files: [name],
    });
  }
});
