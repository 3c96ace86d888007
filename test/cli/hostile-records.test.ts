import { expect, it } from "vitest";

import { runMetadataName } from "../../src/outputs/runs/run-format.js";
import { type CliJob, putBlob, runCli, setUpCliJob } from "../support/cli.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { openTaskStorage } from "./support/commands.js";

const folder = ".batch-outputs/$TaskRun";

/** Puts a record as a task may that can write to the container. Metadata has ASCII characters only. */
async function plant(job: CliJob, name: string, summary: string, content = summary): Promise<void> {
  await useSharedAzurite()
    .serviceClient()
    .getContainerClient(job.containerName)
    .getBlockBlobClient(`${folder}/${name}`)
    .upload(content, Buffer.byteLength(content), { metadata: { [runMetadataName]: summary } });
}

const sound = { version: 1, state: "ended", source: "run" };

const texts: Readonly<Record<string, string>> = {
  notJson: "}{",
  empty: "{}",
  list: "[]",
  null: "null",
  deep: "[".repeat(3_000),
  version: JSON.stringify({ ...sound, version: "1" }),
  state: JSON.stringify({ ...sound, state: "finished" }),
  future: JSON.stringify({
    ...sound,
    startedAt: "9999-12-31T23:59:59Z",
    endedAt: "+275760-09-13T00:00:00Z",
    exitCode: 1,
  }),
  past: JSON.stringify({
    ...sound,
    startedAt: "2026-01-02T00:00:00Z",
    endedAt: "2026-01-01T00:00:00Z",
    exitCode: 1,
  }),
  types: JSON.stringify({
    ...sound,
    exitCode: "1",
    signal: 9,
    failure: "x",
    nodeId: [],
    command: { 0: "x" },
    retryCount: -1e308,
  }),
  numbers: `{"version":1,"state":"ended","exitCode":1e400,"retryCount":0.5,"saved":{"outputs":-1,"bytes":1e300}}`,
  prototype: `{"version":1,"state":"ended","exitCode":1,"__proto__":{"exitCode":0},"constructor":{"x":1}}`,
  control: JSON.stringify({
    ...{ ...sound, exitCode: 3, nodeId: "n\u001b]0;title\u0007\r\nforged: line", signal: "\u009b2J" },
    failure: { code: "\u001b[31m", message: "two\nlines", details: "\u202egnp" },
    command: ["\u0000", "a".repeat(2_000)],
  }).replace(/[\x7f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`),
  otherJob: JSON.stringify({ ...sound, jobId: "film-8", taskId: "other", exitCode: 5 }),
};

it("records that are hostile, damaged or of another job are read as what they are, and no command fails", async () => {
  const job = await setUpCliJob();
  for (const [task, text] of Object.entries(texts))
    await plant(job, `${task}/20260101T000000000Z-00000000.json`, text);
  for (const name of [
    "../t1/x.json",
    "a/b/c.json",
    "t1/x.json.exe",
    "$TaskLog/x.json",
    `t1/${"x".repeat(200)}.json`,
  ])
    await plant(job, name, JSON.stringify({ ...sound, exitCode: 9 }));
  await plant(
    job,
    "huge/20260101T000000000Z-00000000.json",
    JSON.stringify({ ...sound, exitCode: 4 }),
    "x".repeat(8_000_000),
  );
  await (await openTaskStorage(job, "good").recordRun()).end({ exitCode: 0 });
  await putBlob(job, "good/$TaskLog/stdout.txt", "fine\n");
  const { status, objects } = await runCli(["tasks", "--json"], { env: job.env });
  expect(status).toBe(0);
  const codes: unknown = Object.fromEntries(
    objects.map(({ taskId, result, exitCode }) => [taskId, [result, exitCode]]),
  );
  expect(codes).toEqual({
    control: ["failed", 3],
    future: ["failed", 1],
    good: ["succeeded", 0],
    huge: ["failed", 4],
    numbers: ["unknown", undefined],
    otherJob: ["failed", 5],
    past: ["failed", 1],
    prototype: ["failed", 1],
    types: ["unknown", undefined],
  });
  for (const args of [["tasks"], ["why"], ["grep", "--failed", "x"], ["usage"], ["verify"]]) {
    const { stdout, stderr, status } = await runCli(args, { env: job.env });
    expect([0, 1], `${args.join(" ")}: ${stderr}`).toContain(status);
    expect([...`${stdout}${stderr}`].filter((character) => character < " " && character !== "\n")).toEqual(
      [],
    );
    expect(`${stdout}${stderr}`).not.toMatch(/\n {4}at |^forged|[\u007f-\u009f\u202e]/m);
  }
});
