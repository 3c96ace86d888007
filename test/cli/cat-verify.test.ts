import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { type CliJob, setUpCliJob, putBlob, runCli } from "../support/cli.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { makeGate } from "../support/faults.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { startFaultyStore } from "./support/commands.js";

describe("cat", () => {
  it("writes an output, or a part of it, to standard output unchanged", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskLog/stdout.txt", "0123456789");
    const cat = async (...flags: string[]) =>
      await runCli(["cat", "TaskLog", "stdout.txt", ...flags], { env: job.taskEnv });
    expect(await cat()).toMatchObject({ status: 0, stdout: "0123456789", stderr: "" });
    expect((await cat("--offset", "7")).stdout).toBe("789");
    expect((await cat("--offset", "2", "--count", "3")).stdout).toBe("234");
    expect((await cat("--offset", "99")).stdout).toBe("");
    expect(await cat("--offset", "-1")).toMatchObject({ status: 2 });
  });

  it("reports a missing output", async () => {
    const job = await setUpCliJob();
    const read = await runCli(["cat", "TaskLog", "stdout.txt"], { env: job.taskEnv });
    expect(read).toMatchObject({ status: 3, stdout: "" });
    expect(read.stderr).toContain("OutputNotFound");
    expect(await runCli(["cat", "TaskLog", "../stdout.txt"], { env: job.taskEnv })).toMatchObject({
      status: 2,
    });
  });
});

/** A blob whose stored MD5 is another one than its content's. */
async function putWrongDigest(job: CliJob, name: string, blobContentEncoding?: string): Promise<void> {
  const blob = useSharedAzurite()
    .serviceClient()
    .getContainerClient(job.containerName)
    .getBlockBlobClient(name);
  await blob.upload("x", 1);
  const blobContentMD5 = createHash("md5").update("y").digest();
  await blob.setHTTPHeaders({ blobContentMD5, ...(blobContentEncoding && { blobContentEncoding }) });
}

describe("verify", () => {
  it("compares stored outputs with their digests", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/good.txt", "good");
    expect(await runCli(["verify"], { env: job.taskEnv })).toMatchObject({ status: 0, stdout: "" });
    await putWrongDigest(job, "t1/$TaskOutput/wrong.txt");
    const verified = await runCli(["verify", "--json"], { env: job.taskEnv });
    const byPath = Object.fromEntries(verified.objects.map((object) => [String(object["path"]), object]));
    expect(byPath).toMatchObject({
      "good.txt": { status: "intact", kind: "TaskOutput", taskId: "t1" },
      "wrong.txt": { status: "failed", error: { code: "DigestMismatch" } },
    });
    expect(verified.status).toBe(5);
    expect(verified.stderr).toContain("1 output intact, 0 without a digest, 1 failed");
  });

  it("names the content encoding that may explain a different digest", async () => {
    const job = await setUpCliJob();
    await putWrongDigest(job, "t1/$TaskOutput/rows.csv", "gzip");
    for (const args of [["verify"], ["download", "out"], ["cat", "TaskOutput", "rows.csv"]]) {
      const read = await runCli(args, { env: job.taskEnv });
      if (args[0] !== "cat") expect(read.stderr).toContain('content encoding is "gzip"');
      // What has been written cannot be taken back: cat gives the stored bytes.
      else expect(read.stdout).toBe("x");
    }
  });

  it("checks the new version of an output that is overwritten meanwhile", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a.txt", "the old version");
    const store = await startFaultyStore(job);
    const gate = makeGate();
    store.proxy.onRequest = ({ operation }) =>
      operation === "GetBlob" ? { kind: "delay", until: gate.opened } : undefined;
    const verifying = runCli(["verify", "--json"], { env: store.env });
    await store.proxy.waitForRequest(({ operation }) => operation === "GetBlob");
    await putBlob(job, "t1/$TaskOutput/a.txt", "the new one");
    gate.open();
    expect(await verifying).toMatchObject({ status: 0, objects: [{ status: "intact" }] });
  });

  it("counts outputs without a digest, says once that they are not damaged, and does not fail", async () => {
    const job = await setUpCliJob();
    const container = useSharedAzurite().serviceClient().getContainerClient(job.containerName);
    for (const name of ["stdout.txt", "stderr.txt"])
      await container.getAppendBlobClient(`t1/$TaskLog/${name}`).create();
    const objects = [{ status: "noDigest" }, { status: "noDigest" }];
    const listed = await runCli(["verify", "--json"], { env: job.taskEnv });
    expect(listed).toMatchObject({ status: 0, objects });
    const verified = await runCli(["verify"], { env: job.taskEnv });
    expect(verified).toMatchObject({ status: 0, stdout: "" });
    expect(verified.stderr).toBe(
      `0 outputs intact, 2 without a digest, 0 failed, of task t1 of job ${job.jobId} (0 B read).\n` +
        "A missing digest is not a sign of damage: logs have none, and some other programs store none; --json shows which.\n",
    );
  });

  it("compares a folder that was downloaded, names that were changed too", async () => {
    const job = await setUpCliJob();
    for (const name of ["a.txt", "b:c.txt", "gone.txt"]) await putBlob(job, `t1/$TaskOutput/${name}`, "same");
    const cwd = createTemporaryFolder();
    await runCli(["download", "out"], { cwd, env: job.taskEnv });
    expect((await runCli(["verify", "out"], { cwd, env: job.taskEnv })).status).toBe(0);
    writeFileSync(join(cwd, "out/$TaskOutput/a.txt"), "SAME");
    rmSync(join(cwd, "out/$TaskOutput/gone.txt"));
    const verified = await runCli(["verify", "out", "--json"], { cwd, env: job.taskEnv });
    const byPath = Object.fromEntries(verified.objects.map((object) => [String(object["path"]), object]));
    expect(byPath).toMatchObject({
      "a.txt": { status: "failed", error: { code: "DigestMismatch" } },
      "b:c.txt": { status: "intact" },
      "gone.txt": { status: "failed", error: { code: "ENOENT" } },
    });
    expect(verified.status).toBe(5);
  });

  it("exits with the status of a single failure", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a.txt");
    expect((await runCli(["verify", "nowhere"], { env: job.taskEnv })).status).toBe(3);
    await putWrongDigest(job, "t1/$TaskOutput/a.txt");
    expect((await runCli(["verify"], { env: job.taskEnv })).status).toBe(1);
  });
});
