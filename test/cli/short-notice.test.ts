import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";

import { createDeferred } from "../support/create-deferred.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { runCli, setUpCliJob, startCli } from "../support/cli.js";
import { createPreemption, noEvents, startMetadataService } from "../support/metadata-service.js";
import { readStored } from "./support/commands.js";

const program = join(import.meta.dirname, "../local-batch/engine/programs/hash-chain.mjs");
const steps = 400;

/** The result and the log of the program if nothing disturbs it. */
function runUndisturbed(): { readonly result: string; readonly log: string } {
  const cwd = createTemporaryFolder();
  const args = [program, String(steps), join(cwd, "printed"), program];
  const log = execFileSync(process.execPath, args, { cwd, encoding: "utf8" });
  return { result: readFileSync(join(cwd, "result.txt"), "utf8"), log };
}

test("a task whose notice comes in the last second leaves only whole outputs, and its second attempt ends as if undisturbed", async () => {
  const expected = runUndisturbed();
  const job = await setUpCliJob();
  const service = await startMetadataService();
  const env = { ...job.taskEnv, AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT: service.endpoint };
  const folder = createTemporaryFolder();
  const [printed, permit] = [join(folder, "printed"), join(folder, "permit")];
  const saves = ["TaskIntermediate=checkpoint.json:preempt", "TaskOutput=result.txt:success"];
  const args = [
    ...["run", "--restore", "TaskIntermediate", ...saves.flatMap((save) => ["--save", save])],
    ...["--", process.execPath, program, String(steps), printed, permit],
  ];
  const first = startCli(args, { env });
  await expect
    .poll(() => (existsSync(printed) ? readFileSync(printed, "utf8") : "").split("\n").length)
    .toBeGreaterThan(steps / 4);

  const { promise: deadline, resolve } = createDeferred<Date>();
  service.whenToAnswer = (answer) => {
    if (service.answer === noEvents) {
      const notBefore = new Date(Date.now() + 1_000).toUTCString();
      service.answer = createPreemption("node_3", "short", "Preempt", notBefore);
      resolve(new Date(notBefore));
    }
    answer();
  };
  await sleep((await deadline).getTime() - Date.now());
  // As the end of a node. The program ends at its next line, which nobody reads.
  first.process.kill("SIGKILL");
  await first.ended;
  const checkpoint = await readStored(job, "t1/$TaskIntermediate/checkpoint.json");
  const log = (await readStored(job, "t1/$TaskLog/stdout.txt"))?.toString() ?? "";
  const restored = checkpoint === undefined ? [] : (JSON.parse(checkpoint.toString()) as unknown[]);
  expect(expected.log.startsWith(log)).toBe(true);

  service.answer = noEvents;
  service.whenToAnswer = (answer) => {
    answer();
  };
  writeFileSync(permit, "");
  const second = await runCli(args, { env });
  expect(second).toMatchObject({
    status: 0,
    stdout: expected.log.split("\n").slice(restored.length).join("\n"),
  });
  expect((await readStored(job, "t1/$TaskOutput/result.txt"))?.toString()).toBe(expected.result);
});
