import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

import { quoteWord } from "../../../src/local-batch/engine/run/container-command.js";
import { splitCommandLine } from "../../../src/local-batch/engine/run/split-command-line.js";
import { runTask } from "../rest/pool-and-job.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";

const containerSettings = { imageName: "alpine", containerRunOptions: "--network none" };

async function hasRuntime(): Promise<boolean> {
  for (const runtime of ["podman", "docker"]) {
    const answers = await promisify(execFile)(runtime, ["info"]).then(
      () => true,
      () => false,
    );
    if (answers) return true;
  }
  return false;
}

it("reports that containers are not supported without podman or docker", async (context) => {
  if (await hasRuntime()) context.skip("podman or docker runs here");
  const service = await startTestBatch();
  await runTask(service, { commandLine: "/bin/true", containerSettings });
  const task = (await sendBatchRequest(service, "GET", "/jobs/film/tasks/task")).body;
  expect(task).toMatchObject({
    containerSettings,
    executionInfo: {
      result: "failure",
      failureInfo: { category: "UserError", code: "ContainerPoolNotSupported" },
    },
  });
});

it("runs container tasks as processes of this machine if requested", async () => {
  const service = await startTestBatch({ containerTasks: "host" });
  await runTask(service, { commandLine: "/bin/sh -c 'echo on the host'", containerSettings });
  expect((await sendBatchRequest(service, "GET", "/jobs/film/tasks/task/files/stdout.txt")).text).toBe(
    "on the host\n",
  );
});

it("runs a task in a container, with its folder and its variables", async (context) => {
  if (!(await hasRuntime())) context.skip("neither podman nor docker runs here");
  const service = await startTestBatch();
  await runTask(service, {
    commandLine: "/bin/sh -c 'cat /etc/alpine-release > release.txt; echo $AZ_BATCH_TASK_ID'",
    containerSettings,
  });
  const { text } = await sendBatchRequest(service, "GET", "/jobs/film/tasks/task/files/stdout.txt");
  expect(text).toBe("task\n");
  expect((await sendBatchRequest(service, "HEAD", "/jobs/film/tasks/task/files/wd/release.txt")).status).toBe(
    200,
  );
});

it.each(["plain", "two words", "it's", "", "$HOME", 'a "b" c', "back\\slash", "''"])("quotes %j", (word) => {
  expect(splitCommandLine(`program ${quoteWord(word)} end`)).toEqual(["program", word, "end"]);
});
