import type { ContainerClient } from "@azure/storage-blob";
import { expect, test } from "vitest";
import { forEachConcurrently } from "../../../src/core/index.js";

import { all, outputBench, preparedJob } from "../../support/output-bench.js";

async function put(container: ContainerClient, ...names: string[]): Promise<void> {
  await forEachConcurrently(names, 16, async (name) => {
    await container.getBlockBlobClient(name).upload("x", 1);
  });
}

test("the tasks that saved anything are listed, each once, in the order of their ids", async () => {
  const { client, jobId, stored } = await preparedJob();
  await put(stored, "t10/$TaskLog/a", "t1/$TaskLog/a", "t1/$TaskLog/b", "t1/$TaskOutput/c", "B_2/$my kind/x");
  expect(await all(client.getJobOutputStorage(jobId).listTasks())).toEqual(["B_2", "t1", "t10"]);
});

test("foreign folders, the job's own outputs and names with a dollar sign are no tasks", async () => {
  const { client, jobId, stored } = await preparedJob();
  await put(stored, "$JobOutput/a", "data/x", "readme.txt", "cost$/x", "cost/us$/x", "a b/$TaskLog/x");
  await put(stored, "t2/x$y/$TaskLog/a", "$$/x", "x$/$TaskLog/a", `${"t".repeat(65)}/$TaskLog/x`);
  await put(stored, "t1/$TaskLog/a$b", "t1/$TaskLog/$c/d", "t1/a$b", "t3/$cash$/a");
  expect(await all(client.getJobOutputStorage(jobId).listTasks())).toEqual(["t1", "t3"]);
});

test("all that a task saved is one item of one page", async () => {
  const { client, jobId, stored, proxy } = await outputBench();
  const names = Array.from({ length: 60 }, (_, index) => `t${index % 3}/$TaskLog/${index}`);
  await put(stored, ...names);
  const pages = await all(client.getJobOutputStorage(jobId).listTasks().byPage({ maxPageSize: 2 }));
  expect(pages.flat()).toEqual(["t0", "t1", "t2"]);
  expect(proxy.exchanges).toHaveLength(2);
});

test("a task of the listing leads to its outputs", async () => {
  const { client, jobId, stored } = await preparedJob();
  await put(stored, "t1/$TaskLog/a");
  const job = client.getJobOutputStorage(jobId);
  for await (const task of job.listTasks()) {
    const [output] = await all(job.getTaskOutputStorage(task).listOutputs());
    expect(output).toMatchObject({ jobId, taskId: "t1", filePath: "a" });
  }
});
