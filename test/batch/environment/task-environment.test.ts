import { describe, expect, it } from "vitest";

import { outputEnvironmentSettings, taskEnvironment } from "../../../src/batch/index.js";
import { jobOutputContainerName } from "../../../src/conventions/index.js";
import { BatchOutputsClient, TaskOutputStorage } from "../../../src/outputs/index.js";
import { captureOurError } from "../../support/capture-error.js";

const env = {
  AZ_BATCH_JOB_ID: "nightly:job-1",
  AZ_BATCH_TASK_ID: "t1",
  AZ_BATCH_TASK_DIR: "/mnt/batch/tasks/workitems/nightly/job-1/t1",
  AZ_BATCH_TASK_WORKING_DIR: "/mnt/batch/tasks/workitems/nightly/job-1/t1/wd",
};

describe("taskEnvironment", () => {
  it("returns the variables of task and node that Batch set, and no others", () => {
    expect(taskEnvironment({ ...env, AZ_BATCH_NODE_SHARED_DIR: "" })).toEqual({
      jobId: "nightly:job-1",
      taskId: "t1",
      taskDirectory: env.AZ_BATCH_TASK_DIR,
      workingDirectory: env.AZ_BATCH_TASK_WORKING_DIR,
    });
    expect(
      taskEnvironment({
        ...env,
        AZ_BATCH_POOL_ID: "p",
        AZ_BATCH_NODE_ID: "tvm-1",
        AZ_BATCH_NODE_IS_DEDICATED: "False",
        AZ_BATCH_ACCOUNT_NAME: "a",
        AZ_BATCH_ACCOUNT_URL: "https://a.westeurope.batch.azure.com",
        AZ_BATCH_NODE_SHARED_DIR: "/mnt/batch/tasks/shared",
        AZ_BATCH_NODE_STARTUP_DIR: "/mnt/batch/tasks/startup",
        AZ_BATCH_JOB_PREP_WORKING_DIR: "/mnt/batch/tasks/prep/wd",
      }),
    ).toMatchObject({
      poolId: "p",
      nodeId: "tvm-1",
      isNodeDedicated: false,
      accountName: "a",
      accountUrl: "https://a.westeurope.batch.azure.com",
      nodeSharedDirectory: "/mnt/batch/tasks/shared",
      nodeStartupDirectory: "/mnt/batch/tasks/startup",
      jobPreparationWorkingDirectory: "/mnt/batch/tasks/prep/wd",
    });
  });

  it.each(Object.keys(env))("reports that %s is missing", async (name) => {
    const missing = Promise.resolve().then(() => taskEnvironment({ ...env, [name]: "" }));
    expect((await captureOurError(missing, "EnvironmentIncomplete")).message).toContain(name);
  });

  it("rejects invalid ids", async () => {
    const make = Promise.resolve().then(() => taskEnvironment({ ...env, AZ_BATCH_TASK_ID: "a/b" }));
    expect((await captureOurError(make, "EnvironmentIncomplete")).message).toMatch(
      /AZ_BATCH_TASK_ID must be the id of a Batch task/,
    );
  });
});

describe("outputEnvironmentSettings", () => {
  const client = BatchOutputsClient.fromConnectionString("UseDevelopmentStorage=true");
  const inTask = (settings: { name: string; value: string }[]): Record<string, string> => ({
    ...env,
    ...Object.fromEntries(settings.map(({ name, value }) => [name, value])),
  });

  it("contains what a task needs to find its output storage, with a SAS", async () => {
    const settings = await outputEnvironmentSettings(client, "nightly:job-1", { lifetimeInMs: 3_600_000 });
    const storage = TaskOutputStorage.fromEnvironment(inTask(settings));
    expect(storage).toMatchObject({ jobId: "nightly:job-1", taskId: "t1" });
    const sas = new URL(storage.containerClient.url).searchParams;
    expect(Date.parse(sas.get("se") ?? "") - Date.now()).toBeLessThanOrEqual(3_600_000);
    expect(sas.get("sig")).not.toBeNull();
  });

  it("contains no secret if tasks sign in with an identity", async () => {
    const account = new BatchOutputsClient("https://account.blob.core.windows.net/?sv=1&sig=secret");
    const settings = await outputEnvironmentSettings(account, "nightly:job-1", {
      identityClientId: "0000-1111",
    });
    expect(settings).toEqual([
      { name: "AZURE_STORAGE_ACCOUNT_URL", value: "https://account.blob.core.windows.net/" },
      { name: "AZURE_CLIENT_ID", value: "0000-1111" },
    ]);
    expect(TaskOutputStorage.fromEnvironment(inTask(settings)).containerClient.url).toBe(
      `https://account.blob.core.windows.net/${jobOutputContainerName("nightly:job-1")}`,
    );
  });

  it("rejects an invalid client id", async () => {
    await expect(outputEnvironmentSettings(client, "j", { identityClientId: "" })).rejects.toThrow(
      /^options\.identityClientId/,
    );
  });
});
