import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { packageRoot } from "../package/npm-package.js";
import { setUpBatch } from "../support/batch-fixture.js";
import { readGuide } from "./support/guide.js";
import { setUpNewcomer } from "./support/newcomer.js";

const placeOfWork = "  // ... the task's work, from the checkpoint on\n";

/** Counts for ever, or five further from a checkpoint that is there. */
const work = `
  const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = await import("node:fs");
  mkdirSync("checkpoints", { recursive: true });
  let reached = existsSync("checkpoints/count") ? Number(readFileSync("checkpoints/count", "utf8")) : 0;
  const end = reached === 0 ? Infinity : reached + 5;
  while (reached < end) {
    writeFileSync("new", String(++reached));
    renameSync("new", "checkpoints/count");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await outputs.saveText(TaskOutputKind.TaskOutput, String(reached), "count");
`;

test("the program of the guide for spot nodes saves its checkpoint at the notice, and ends", async () => {
  const [program] = readGuide("spot-nodes.md", "In a TypeScript task").blocks;
  expect(program?.text).toContain(placeOfWork);
  const newcomer = setUpNewcomer("spot-nodes.md");
  const text = program?.text.replace(placeOfWork, work) ?? "";
  writeFileSync(join(newcomer.folder, "train.ts"), text);
  const readme = readFileSync(join(packageRoot, "README.md"), "utf8");
  const [setUp = ""] = /npm init --yes[^`]*/.exec(readme) ?? [];
  await newcomer.run([setUp, "npx tsc"]);

  const batch = await setUpBatch({ nodes: 2 });
  const outputs = batch.storageOf("t");
  const variable = "AZURE_BATCH_OUTPUTS_CONTAINER_URL";
  await batch.addTask("t", `exec ${process.execPath} ${newcomer.folder}/train.js`, {
    environmentSettings: [
      { name: variable, value: await batch.outputs.getOutputStorageContainerUrl(batch.jobId) },
    ],
  });
  const { nodeInfo } = await batch.until("t", "running");
  const noticeInMs = 3_600_000;
  const taken = batch.service.preemptNode("pool", nodeInfo?.nodeId ?? "", { noticeInMs });
  const checkpoint = outputs.getOutput("TaskIntermediate", "checkpoints/count");
  await expect.poll(() => checkpoint.exists()).toBe(true);
  await batch.service.clock.advance(noticeInMs);
  await taken;

  const { executionInfo } = await batch.until("t", "completed");
  expect(executionInfo?.exitCode).toBe(0);
  const reached = Number((await checkpoint.downloadToBuffer()).toString());
  const result = await outputs.getOutput("TaskOutput", "count").downloadToBuffer();
  expect(result.toString()).toBe(String(reached + 5));
});
