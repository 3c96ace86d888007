import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";

import { compileIn, packageRoot } from "./npm-package.js";

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

const withMistakes = [
  'import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";',
  "declare const task: TaskOutputStorage;",
  ...mistakes,
].join("\n");

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

/** Each is compiled once, with all its files: most of the time goes into the declarations, which they share. */
const settings = [
  {
    compilerOptions: { module: "NodeNext", moduleResolution: "NodeNext", lib: ["ES2023"] },
    files: { "program.ts": program, "program.cts": program, "mistakes.ts": withMistakes },
  },
  {
    compilerOptions: { module: "ESNext", moduleResolution: "Bundler", lib: ["ES2023", "DOM"] },
    files: { "program.ts": program, "mistakes.ts": withMistakes },
  },
];

describe("a TypeScript program that uses the installed package", () => {
  describe.for(settings)(
    "with $compilerOptions.moduleResolution and $compilerOptions.lib",
    ({ compilerOptions, files }) => {
      let complaints: readonly string[];

      beforeAll(async () => {
        complaints = (await compile(files, compilerOptions)).split("\n").filter((line) => line !== "");
      });

      const isOf =
        (...names: readonly string[]) =>
        (complaint: string): boolean =>
          names.some((name) => complaint.startsWith(`${name}(`));

      test("compiles, all declarations checked", () => {
        const isOfOthers = isOf("program.cts", "mistakes.ts");
        // A line that is indented explains the one before it.
        expect(complaints.filter((line) => !isOfOthers(line) && !line.startsWith(" "))).toEqual([]);
      });

      if ("program.cts" in files) {
        test("is required by a CommonJS file of TypeScript", () => {
          expect(complaints.filter(isOf("program.cts"))).toEqual([]);
        });
      }

      test("gets an error for every mistake", () => {
        const found = complaints
          .filter(isOf("mistakes.ts"))
          .map((line) => Number(/\((\d+),/.exec(line)?.[1]));
        expect([...new Set(found)], complaints.join("\n")).toEqual(mistakes.map((_, index) => index + 3));
      });
    },
  );

  test("needs no types of Node.js or of a page if it uses only the conventions", async () => {
    const source = `
      import { jobOutputContainerName, outputBlobName, parseOutputBlobName } from "azure-batch-outputs/conventions";
      export const names: (string | undefined)[] = [
        jobOutputContainerName("j1"),
        outputBlobName({ kind: "JobOutput", path: "a" }),
        parseOutputBlobName("t1/$TaskLog/a")?.taskId,
      ];`;
    const nothing = { module: "ESNext", moduleResolution: "Bundler", lib: ["ES2022"], types: [] };
    expect(await compile({ "program.ts": source }, nothing)).toBe("");
  });

  async function compile(files: Readonly<Record<string, string>>, compilerOptions: object): Promise<string> {
    const own = await mkdtemp(join(inject("installedProject"), "program-"));
    for (const [name, source] of Object.entries(files)) await writeFile(join(own, name), source);
    return await compileIn(own, {
      compilerOptions: { ...strictest, ...compilerOptions },
      files: Object.keys(files),
    });
  }
});
