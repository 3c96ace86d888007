import { AnonymousCredential, BlobClient } from "@azure/storage-blob";
import { expect, test } from "vitest";

import { BatchOutputsClient, JobOutputStorage } from "../../../src/outputs/index.js";
import { createClientOptions, createFakeCredential } from "../../support/azure-tokens.js";
import { startAzurite } from "../../support/azurite.js";
import { captureOurError } from "../../support/capture-error.js";
import { prepareJob } from "../../support/output-fixture.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";

test("a URL permits only reading its output, until it expires", async () => {
  const { client, jobId } = await prepareJob();
  const task = client.getTaskOutputStorage(jobId, "t1");
  await task.saveText("TaskLog", "hello", "a b.txt");
  await task.saveText("TaskLog", "other", "other.txt");
  const url = await client.getOutputUrl(task.getOutput("TaskLog", "a b.txt"), { lifetimeInMs: 60_000 });
  expect(await (await fetch(url)).text()).toBe("hello");
  expect(new URL(url).searchParams.get("sp")).toBe("r");
  expect(new URL(url).searchParams.get("sr")).toBe("b");
  expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
  expect((await fetch(url.replace("a%20b.txt", "other.txt"))).status).toBe(403);
  const expiresAt = new Date(new URL(url).searchParams.get("se") ?? "").getTime();
  expect(expiresAt - Date.now()).toBeLessThanOrEqual(60_000);
});

test("the account's key can sign the URL of an output that was found with a SAS", async () => {
  const { client, jobId } = await prepareJob();
  await client.getTaskOutputStorage(jobId, "t1").saveText("TaskLog", "hello", "a.txt");
  const withSas = new JobOutputStorage(await client.getOutputStorageContainerUrl(jobId));
  const output = withSas.getOutputByBlobName("t1/$TaskLog/a.txt");
  if (!output) throw new Error("no output");
  expect(await (await fetch(await client.getOutputUrl(output))).text()).toBe("hello");
});

test("a client that cannot sign throws CannotSign, and an invalid lifetime is refused", async () => {
  const { client, jobId } = await prepareJob();
  const output = client.getTaskOutputStorage(jobId, "t1").getOutput("TaskLog", "a.txt");
  const { blobEndpoint } = useSharedAzurite();
  const anonymous = new BatchOutputsClient(`${blobEndpoint}?sv=2025-07-05&sig=c2VjcmV0`);
  const failure = await captureOurError(anonymous.getOutputUrl(output), "CannotSign");
  expect(failure.message).not.toContain("c2VjcmV0");
  await expect(client.getOutputUrl(output, { lifetimeInMs: 0 })).rejects.toThrow(
    /options\.lifetimeInMs must be positive/,
  );
  await expect(client.getOutputUrl(output, { lifetimeInMs: Number.NaN })).rejects.toThrow(TypeError);
});

test("with a token, the URL is signed with a user delegation key, for this output only", async () => {
  await using secure = await startAzurite({ oauth: true });
  const options = createClientOptions(secure);
  const client = new BatchOutputsClient(secure.blobEndpoint, createFakeCredential(), options);
  await client.prepareOutputStorage("linked");
  const task = client.getTaskOutputStorage("linked", "t1");
  await task.saveText("TaskLog", "hello", "a.txt");
  const url = await client.getOutputUrl(task.getOutput("TaskLog", "a.txt"));
  const sas = new URL(url).searchParams;
  expect([sas.get("sp"), sas.get("sr"), sas.get("spr")]).toEqual(["r", "b", "https"]);
  expect(sas.get("skoid")).toBe("66666666-7777-8888-9999-000000000000");
  const blob = new BlobClient(url, new AnonymousCredential(), options);
  expect((await blob.downloadToBuffer()).toString()).toBe("hello");
  await expect(blob.delete()).rejects.toMatchObject({ statusCode: 403 });
});
