import { ContainerSASPermissions } from "@azure/storage-blob";
import { describe, expect, it } from "vitest";
import { TaskOutputStorage } from "../../src/outputs/index.js";
import { describeOnFlat } from "../support/account-kind.js";
import { captureError, captureOurError } from "../support/capture-error.js";
import { collectAll, prepareJob, quickRetries, setUpOutputs } from "../support/output-fixture.js";

describe("The access tier of an output", () => {
  it("is shown in listings and properties, and can be changed", async () => {
    const { client, jobId } = await prepareJob();
    const task = client.getTaskOutputStorage(jobId, "t1");
    await task.saveText("TaskOutput", "x", "cool.txt", { tier: "Cool" });
    await task.saveText("TaskOutput", "x", "plain.txt");
    const tiers = async () =>
      Object.fromEntries(
        (await collectAll(task.listOutputs())).map(({ filePath, accessTier }) => [filePath, accessTier]),
      );
    expect(await tiers()).toEqual({ "cool.txt": "Cool", "plain.txt": "Hot" });
    const output = task.getOutput("TaskOutput", "cool.txt");
    await output.setTier("Cold");
    expect(await output.getProperties()).toMatchObject({ accessTier: "Cold" });
    expect(await tiers()).toMatchObject({ "cool.txt": "Cold" });
  });

  it("is the same when the SDK parses the listing", async () => {
    const { client, jobId, stored } = await prepareJob();
    await client.getTaskOutputStorage(jobId, "t1").saveText("TaskOutput", "x", "a", { tier: "Cool" });
    const bySdk = new TaskOutputStorage(stored, "t1");
    expect(await collectAll(bySdk.listOutputs())).toMatchObject([{ accessTier: "Cool" }]);
  });

  it("is not changed for a blob that represents a folder", async () => {
    const { client, jobId, stored } = await prepareJob();
    await stored
      .getBlockBlobClient("t1/$TaskOutput/results")
      .upload("", 0, { metadata: { hdi_isfolder: "true" } });
    const output = client.getTaskOutputStorage(jobId, "t1").getOutput("TaskOutput", "results");
    const error = await captureOurError(output.setTier("Cool"), "OutputNotFound");
    expect(error.message).toContain("represents a folder");
    const { accessTier } = await stored.getBlobClient("t1/$TaskOutput/results").getProperties();
    expect(accessTier).not.toBe("Cool");
  });

  it("can be changed with a SAS that does not permit reading", async () => {
    const { client, jobId, stored } = await prepareJob();
    await client.getTaskOutputStorage(jobId, "t1").saveText("TaskOutput", "x", "a.txt");
    const url = await stored.generateSasUrl({
      permissions: ContainerSASPermissions.parse("w"),
      expiresOn: new Date(Date.now() + 3_600_000),
    });
    await new TaskOutputStorage(url, "t1", quickRetries).getOutput("TaskOutput", "a.txt").setTier("Cool");
    const { accessTier } = await stored.getBlobClient("t1/$TaskOutput/a.txt").getProperties();
    expect(accessTier).toBe("Cool");
  });

  it("must be a known tier of an existing output", async () => {
    const { client, jobId } = await prepareJob();
    const output = client.getTaskOutputStorage(jobId, "t1").getOutput("TaskOutput", "none");
    expect(await captureError(output.setTier("Warm" as "Cool"))).toBeInstanceOf(RangeError);
    const asked = output.setTier("Hot", { rehydratePriority: "Soon" as "High" });
    expect(await captureError(asked)).toBeInstanceOf(RangeError);
    await captureOurError(output.setTier("Hot"), "OutputNotFound");
  });
});

describeOnFlat("tags")("Outputs with index tags", () => {
  it("are found across tasks and jobs", async () => {
    const first = await prepareJob();
    const second = await prepareJob();
    const tags = { experiment: first.jobId, quality: "good" };
    await first.client.getTaskOutputStorage(first.jobId, "t1").saveText("TaskOutput", "1", "a.txt", { tags });
    await first.client.getTaskOutputStorage(first.jobId, "t2").saveText("TaskLog", "2", "b.txt", { tags });
    await first.client.getTaskOutputStorage(first.jobId, "t2").saveText("TaskOutput", "3", "c.txt");
    await second.client.getTaskOutputStorage(second.jobId, "t1").saveText("TaskOutput", "4", "d.txt", {
      tags: { ...tags, quality: "bad" },
    });
    const inJob = await collectAll(first.client.getJobOutputStorage(first.jobId).findOutputs(tags));
    expect(inJob.map(({ taskId, kind, filePath }) => [taskId, kind, filePath]).sort()).toEqual([
      ["t1", "TaskOutput", "a.txt"],
      ["t2", "TaskLog", "b.txt"],
    ]);
    const everywhere = await collectAll(first.client.findOutputs({ experiment: first.jobId }));
    expect(everywhere.map(({ filePath }) => filePath).sort()).toEqual(["a.txt", "b.txt", "d.txt"]);
    expect((await inJob[0]?.downloadToBuffer())?.length).toBe(1);
  });

  it("are found without blobs whose names show that they represent folders", async () => {
    const { client, jobId, stored } = await prepareJob();
    const tags = { experiment: jobId };
    await stored.getBlockBlobClient("t1/$TaskOutput/results/").upload("", 0, { tags });
    await client.getTaskOutputStorage(jobId, "t1").saveText("TaskOutput", "1", "results/a.txt", { tags });
    const found = await collectAll(client.findOutputs(tags));
    expect(found.map(({ filePath }) => filePath)).toEqual(["results/a.txt"]);
  });

  it("need at least one tag in a search", async () => {
    const { client } = await prepareJob();
    expect(() => client.findOutputs({})).toThrow(RangeError);
    expect(() => client.findOutputs({ "it's": "x" })).toThrow(RangeError);
  });

  it("send no header when the tags are empty", async () => {
    const headers: unknown[] = [];
    const { client, jobId } = await setUpOutputs((info) => {
      if (info.operation === "PutBlob") headers.push(info.headers["x-ms-tags"]);
      return undefined;
    });
    await client.getTaskOutputStorage(jobId, "t1").saveText("TaskOutput", "x", "a.txt", { tags: {} });
    expect(headers).toEqual([undefined]);
  });
});

describe('overwrite: "never"', () => {
  it("throws OutputExists if Azure rejects a SAS that only permits creating", async () => {
    const { client, jobId, proxy } = await setUpOutputs();
    const task = client.getTaskOutputStorage(jobId, "t1");
    const code = "UnauthorizedBlobOverwrite";
    proxy.onRequest = ({ operation }) =>
      operation === "PutBlob" ? { kind: "answer", status: 403, code } : undefined;
    await captureOurError(task.saveText("TaskOutput", "x", "a", { overwrite: "never" }), "OutputExists");
    const always = await captureOurError(task.saveText("TaskOutput", "x", "a"), "PermissionMissing");
    expect(always.message).toContain("to overwrite a blob that exists");
  });

  it.each(["c", "w", "cw"])("needs only the permissions %s", async (permissions) => {
    const { stored } = await prepareJob();
    const url = await stored.generateSasUrl({
      permissions: ContainerSASPermissions.parse(permissions),
      expiresOn: new Date(Date.now() + 3_600_000),
    });
    const task = new TaskOutputStorage(url, "t1", quickRetries);
    const save = async (text: string): Promise<unknown> =>
      await task.saveText("TaskOutput", text, "a.txt", { overwrite: "never" });
    expect(await save("first")).toMatchObject({ status: "saved" });
    // Azurite has another code than Azure for a SAS that may create only, where a blob exists.
    await captureOurError(save("second"), permissions === "c" ? "PermissionMissing" : "OutputExists");
    expect((await stored.getBlobClient("t1/$TaskOutput/a.txt").downloadToBuffer()).toString()).toBe("first");
  });
});
