import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { build, type BuildOptions } from "esbuild";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What a page would do with the module: names of each sort, and one that is refused. */
const use = `({
  hashed: conventions.jobOutputContainerName("my-_EVEN_MORE_-terrific-job"),
  blobName: conventions.outputBlobName({ taskId: "t1", kind: conventions.TaskOutputKind.TaskLog, path: "é/😀.txt" }),
  path: conventions.outputPathFor("..\\\\stdout.txt"),
  job: conventions.jobIdFromTaskUrl("https://a.example/jobs/sched%3Ajob-1/tasks/t"),
  parsed: conventions.parseOutputBlobUrl("https://x.blob.core.windows.net/job-a/t1/$TaskLog/caf%C3%A9.txt?sig=x"),
  refused: (() => { try { conventions.outputBlobName({ kind: "a/b", path: "x" }); } catch (e) { return e.message; } })(),
})`;

const answers = {
  hashed: "job-my-even-more-te-68b05a7d8aa6aa65b9a6892c667a6c406a16ad65",
  blobName: "t1/$TaskLog/é/😀.txt",
  path: "stdout.txt",
  job: "sched:job-1",
  parsed: { containerName: "job-a", taskId: "t1", kind: "TaskLog", path: "café.txt" },
  refused: 'kind must not contain a slash or backslash, but is "a/b"',
};

async function bundle(input: Pick<BuildOptions, "entryPoints" | "stdin">): Promise<string> {
  const { outputFiles, warnings } = await build({
    ...input,
    bundle: true,
    platform: "browser",
    format: "iife",
    globalName: "conventions",
    write: false,
    logLevel: "silent",
  });
  expect(warnings).toEqual([]);
  return outputFiles[0]?.text ?? "";
}

/** Runs it where there is nothing but the language. */
function runAlone(script: string): unknown {
  const context = createContext(Object.create(null) as object);
  const host =
    '["process", "Buffer", "URL", "TextEncoder", "crypto", "require"].filter((name) => name in globalThis)';
  expect(runInContext(`${host}.join()`, context)).toBe("");
  const json: unknown = runInContext(`${script}; JSON.stringify(${use})`, context);
  return JSON.parse(String(json));
}

describe("The conventions in a browser", () => {
  it("need nothing but the language: no process, no Buffer, no URL, no TextEncoder", async () => {
    const script = await bundle({ entryPoints: [join(root, "src/conventions/index.ts")] });
    expect(runAlone(script)).toEqual(answers);
  });

  it("are bundled by the package's name, as a page would", async () => {
    const contents = 'export * from "azure-batch-outputs/conventions";';
    const script = await bundle({ stdin: { contents, resolveDir: root } });
    expect(runAlone(script)).toEqual(answers);
  });
});

describe("The conventions in Node.js", () => {
  it("are imported by the package's name", async () => {
    const program = `import * as conventions from "azure-batch-outputs/conventions"; console.log(JSON.stringify(${use}));`;
    const flags = ["--input-type=module", "--eval", program];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, flags, { cwd: root });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(answers);
  });
});
