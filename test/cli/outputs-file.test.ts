import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";

import { readOutputsFile } from "../../src/cli/saving/read-outputs-file.js";
import { listBlobNames, setUpCliJob, runCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../docs/reference/outputs-file.schema.json"), "utf8"),
) as object;
const isBySchema = new Ajv({ allErrors: true }).compile(schema);

/** Ten to the ninth texts, by nine lines. */
const aliasBomb = [
  "a: &a [x, x, x, x, x, x, x, x, x, x]",
  ..."bcdefghi"
    .split("")
    .map((name, index) => `${name}: &${name} [${`*${"abcdefgh".charAt(index)}, `.repeat(10)}]`),
].join("\n");

async function read(text: string) {
  const path = join(createTemporaryFolder(), "outputs.yaml");
  writeFileSync(path, text);
  return await readOutputsFile(path);
}

const output = { kind: "TaskOutput", files: ["a.csv"] };

const good: object[] = [
  { outputs: [] },
  { tracked: [] },
  { $schema: "x", outputs: [output], tracked: [{ file: "train.log" }] },
  { outputs: [{ ...output, files: "a.csv" }] },
  {
    outputs: [
      {
        ...output,
        exclude: "*.tmp",
        when: "failure",
        jobOutput: true,
        destination: "d/",
        contentType: "text/csv",
      },
    ],
  },
  {
    outputs: [
      {
        ...output,
        metadata: { a: "" },
        overwrite: "never",
        ifNoFilesFound: "warn",
        includeHidden: true,
        followSymlinks: false,
      },
    ],
  },
  { tracked: [{ file: "a.log", kind: "TaskLog", destination: "b.log", flushInterval: "1m30s" }] },
];

const bad: unknown[] = [
  {},
  [],
  null,
  "text",
  { outputs: {} },
  { outputs: [null] },
  { outputs: [{ kind: "TaskOutput" }] },
  { outputs: [{ files: ["a"] }] },
  { outputs: [{ ...output, files: [] }] },
  { outputs: [{ ...output, files: [""] }] },
  { outputs: [{ ...output, files: 1 }] },
  { outputs: [{ ...output, kind: "" }] },
  { outputs: [{ ...output, when: "sometimes" }] },
  { outputs: [{ ...output, jobOutput: "yes" }] },
  { outputs: [{ ...output, metadata: { a: 1 } }] },
  { outputs: [{ ...output, metadata: [] }] },
  { outputs: [{ ...output, exclude: {} }] },
  { outputs: [{ ...output, unknown: 1 }] },
  { outputs: [output], more: 1 },
  { tracked: [{}] },
  { tracked: [{ file: "a", flushInterval: 10 }] },
  { tracked: [{ file: "a", flushInterval: "10" }] },
  { $schema: 1, outputs: [] },
];

describe("an outputs file", () => {
  it.each(good)("accepts %j, as its schema does", async (file) => {
    expect(isBySchema(file)).toBe(true);
    await expect(read(JSON.stringify(file))).resolves.toHaveProperty("outputs");
  });

  it.each(bad)("rejects %j, as its schema does", async (file) => {
    expect(isBySchema(file)).toBe(false);
    await expect(read(JSON.stringify(file))).rejects.toThrow(/is not an outputs file: /);
  });

  it("is YAML or JSON, with defaults for missing properties", async () => {
    const text =
      "outputs:\n  - kind: TaskOutput\n    files: 'results/*.csv'\ntracked:\n  - file: train.log\n    flushInterval: 10s\n";
    expect(await read(text)).toEqual({
      outputs: [
        { kind: "TaskOutput", files: ["results/*.csv"], exclude: [], when: "always", jobOutput: false },
      ],
      tracked: [{ file: "train.log", kind: "TaskLog", flushIntervalInMs: 10_000 }],
    });
  });

  it.each([
    [
      "outputs:\n  - kind: TaskOutput\n    fils: x\n",
      /outputs\[0\] has "fils", which is not known there; use kind, files/,
    ],
    ["outputs:\n  - kind: TaskOutput\n", /outputs\[0\]\.files must be .*missing/],
    ["outputs: [", /at line 1, column/],
    ["outputs: *a", /Unresolved alias/],
    ["outputs: &a\n  - *a\n", /outputs\[0\] must be an object|Unresolved alias/],
    ["outputs:\n  - { kind: K, files: a, when: &x [*x] }\n", /when must be one of .*, but is a list/],
    [aliasBomb, /alias count/],
  ])("is rejected with the position of the error", async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});

describe("save --outputs-file", () => {
  const text = `
outputs:
  - kind: TaskOutput
    files: ["*.csv"]
    exclude: "draft*"
    when: success
    destination: tables
    contentType: text/csv
  - kind: TaskLog
    files: ../stdout.txt
  - kind: TaskIntermediate
    files: core.*
    when: failure
    ifNoFilesFound: ignore
  - kind: JobOutput
    files: film.mp4
    jobOutput: true
`;

  async function taskFolder() {
    const cwd = createTemporaryFolder();
    for (const name of ["a.csv", "draft.csv", "core.1", "film.mp4"]) writeFileSync(join(cwd, name), name);
    writeFileSync(join(cwd, "outputs.yaml"), text.replace("../stdout.txt", "stdout.txt"));
    writeFileSync(join(cwd, "stdout.txt"), "log");
    return cwd;
  }

  it("saves the outputs declared for success, and for failure", async () => {
    const cwd = await taskFolder();
    const [done, broken] = [await setUpCliJob(), await setUpCliJob()];
    const success = await runCli(["save", "-f", "outputs.yaml", "--json"], { cwd, env: done.taskEnv });
    expect(success.status).toBe(0);
    expect(success.objects).toMatchObject([
      { kind: "TaskOutput", path: "tables/a.csv", taskId: "t1", status: "saved" },
      { kind: "TaskLog", path: "stdout.txt", taskId: "t1" },
      { kind: "JobOutput", path: "film.mp4" },
    ]);
    expect(await listBlobNames(done)).toEqual([
      "$JobOutput/film.mp4",
      "t1/$TaskLog/stdout.txt",
      "t1/$TaskOutput/tables/a.csv",
    ]);
    const failure = await runCli(["save", "-f", "outputs.yaml", "--outcome", "failure"], {
      cwd,
      env: broken.taskEnv,
    });
    expect(failure.status).toBe(0);
    expect(await listBlobNames(broken)).toEqual([
      "$JobOutput/film.mp4",
      "t1/$TaskIntermediate/core.1",
      "t1/$TaskLog/stdout.txt",
    ]);
  });

  it("saves the others when an entry matches nothing, and only lists them with --dry-run", async () => {
    const cwd = createTemporaryFolder();
    writeFileSync(join(cwd, "b.txt"), "b");
    const file = {
      outputs: [
        { kind: "TaskOutput", files: ["none"] },
        { kind: "TaskOutput", files: ["b.txt"] },
      ],
    };
    writeFileSync(join(cwd, "outputs.json"), JSON.stringify(file));
    const job = await setUpCliJob();
    const planned = await runCli(["save", "-f", "outputs.json", "-n"], { cwd, env: job.taskEnv });
    expect(planned).toMatchObject({
      status: 3,
      stdout: `would save ${join(cwd, "b.txt")} as TaskOutput "b.txt"\n`,
    });
    const saved = await runCli(["save", "-f", "outputs.json"], { cwd, env: job.taskEnv });
    expect(saved.status).toBe(5);
    expect(await listBlobNames(job)).toEqual(["t1/$TaskOutput/b.txt"]);
  });

  it("rejects a missing or invalid file, and a kind together with it", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    const cwd = createTemporaryFolder();
    writeFileSync(join(cwd, "bad.yaml"), "outputs: 1");
    expect(await runCli(["save", "-f", "none.yaml"], { cwd, env: job.env })).toMatchObject({ status: 3 });
    const bad = await runCli(["save", "-f", "bad.yaml"], { cwd, env: job.env });
    expect(bad).toMatchObject({ status: 2 });
    expect(bad.stderr).toContain("bad.yaml is not an outputs file: outputs must be a list");
    expect(await runCli(["save", "K", "x", "-f", "bad.yaml"], { cwd, env: job.env })).toMatchObject({
      status: 2,
    });
  });
});

describe("output-files", () => {
  const file = {
    outputs: [
      { kind: "TaskOutput", files: ["results/*.csv", "model.bin"], when: "success", contentType: "text/csv" },
      { kind: "TaskLog", files: "../std*.txt" },
      { kind: "JobOutput", files: "film.mp4", jobOutput: true, when: "failure", destination: "films" },
    ],
    tracked: [{ file: "train.log" }],
  };

  function folderOf(content: object): string {
    const cwd = createTemporaryFolder();
    writeFileSync(join(cwd, "outputs.json"), JSON.stringify(content));
    return cwd;
  }

  it("prints the specification for Batch, without a secret if an identity is used", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    const printed = await runCli(["output-files", "-f", "outputs.json", "--identity", "/id"], {
      cwd: folderOf(file),
      env: job.taskEnv,
    });
    expect(printed.status).toBe(0);
    expect(printed.stderr).toContain("Tracked files are omitted");
    const container = (path: string, uploadHeaders?: object[]) => ({
      container: {
        containerUrl: expect.stringMatching(new RegExp(`/${job.containerName}$`)) as string,
        path,
        identityReference: { resourceId: "/id" },
        ...(uploadHeaders ? { uploadHeaders } : {}),
      },
    });
    const csv = [{ name: "x-ms-blob-content-type", value: "text/csv" }];
    const success = { uploadOptions: { uploadCondition: "tasksuccess" } };
    expect(JSON.parse(printed.stdout)).toEqual([
      { filePattern: "results/*.csv", destination: container("t1/$TaskOutput", csv), ...success },
      { filePattern: "model.bin", destination: container("t1/$TaskOutput/model.bin", csv), ...success },
      {
        filePattern: "../std*.txt",
        destination: container("t1/$TaskLog"),
        uploadOptions: { uploadCondition: "taskcompletion" },
      },
      {
        filePattern: "film.mp4",
        destination: container("$JobOutput/films/film.mp4"),
        uploadOptions: { uploadCondition: "taskfailure" },
      },
    ]);
  });

  it("prints the URL with a SAS only on request", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    const cwd = folderOf(file);
    const refused = await runCli(["output-files", "-f", "outputs.json"], { cwd, env: job.taskEnv });
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    const printed = await runCli(["output-files", "-f", "outputs.json", "--with-sas", "--json"], {
      cwd,
      env: job.taskEnv,
    });
    expect(printed.objects).toHaveLength(4);
    expect(JSON.stringify(printed.objects[0])).toMatch(/[?&]sig=/);
    const args = ["output-files", "-f", "outputs.json", "--with-sas", "--json", "--logs"];
    const withLogs = await runCli(args, { cwd, env: job.taskEnv });
    expect(withLogs.objects).toHaveLength(5);
    expect(withLogs.objects[0]).toMatchObject({ filePattern: "../std*.txt" });
  });

  it.each([
    ["no task", { outputs: [output] }, ["--no-task"], /Specify --task/],
    ["an exclude", { outputs: [{ ...output, exclude: "x" }] }, [], /does not support "exclude"/],
    ["braces", { outputs: [{ ...output, files: "*.{a,b}" }] }, [], /does not support \{a,b\}/],
    ["a rooted path", { outputs: [{ ...output, files: "/etc/x" }] }, [], /must be a relative path/],
    [
      "logs that are one folder up",
      { outputs: [{ ...output, files: "std*.txt" }] },
      [],
      /write "\.\.\/std\*\.txt" in place of "std\*\.txt".*write "\[s\]td/,
    ],
    [
      "logs of a job",
      { outputs: [{ ...output, jobOutput: true }] },
      ["--no-task", "--logs"],
      /--logs requires --task/,
    ],
  ])("rejects %s", async (_, content, flags, message) => {
    const job = await setUpCliJob({ isPrepared: false });
    const args = ["output-files", "-f", "outputs.json", "--identity", "/id", ...flags];
    const refused = await runCli(args, { cwd: folderOf(content), env: job.taskEnv });
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toMatch(message);
  });
});
