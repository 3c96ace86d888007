import { expect, test } from "vitest";

import { BatchOutputsClient, JobOutputStorage } from "../../../src/outputs/index.js";
import type {
  JobItem,
  LinkAnswer,
  TaskItem,
  VerifyProgress,
  VerifyResult,
} from "../../../src/viewer/protocol/index.js";
import { faultAlways } from "../../support/output-fixture.js";
import { readFailureCode, readItems, logName, readMessages, setUpViewer } from "./support/viewer-fixture.js";

test("verifying reads every byte, reports progress, and compares the stored digest", async () => {
  const { ask, container, client, jobId, put, stored } = await setUpViewer();
  const name = "t1/$TaskOutput/data.bin";
  await client
    .getTaskOutputStorage(jobId, "t1")
    .saveData("TaskOutput", Buffer.alloc(9_000_000, 1), "data.bin");
  const verify = async (): Promise<VerifyResult | undefined> => {
    const messages = await readMessages<never, VerifyProgress, VerifyResult>(
      await ask(`api/verify/${container}/${name}`, { method: "POST" }),
    );
    expect(messages).toContainEqual({ progress: { readBytes: 9_000_000, totalBytes: 9_000_000 } });
    const last = messages.at(-1);
    return last && "end" in last ? last.end : undefined;
  };
  const equal = await verify();
  expect(equal).toEqual({ outcome: "equal", actual: equal?.actual, stored: equal?.actual });
  await stored.getBlobClient(name).setHTTPHeaders({ blobContentMD5: new Uint8Array(16) });
  expect(await verify()).toEqual({
    outcome: "different",
    actual: equal?.actual,
    stored: "AAAAAAAAAAAAAAAAAAAAAA==",
  });
  await stored.getBlobClient(name).setHTTPHeaders({});
  expect(await verify()).toEqual({ outcome: "unknown", actual: equal?.actual });
  await put(name, "");
  expect(
    (await readMessages(await ask(`api/verify/${container}/t1/$TaskLog/no`, { method: "POST" })))[0],
  ).toMatchObject({
    failed: { code: "OutputNotFound" },
  });
});

test("a link reads one output for a limited time, and nothing else", async () => {
  const { ask, container, put } = await setUpViewer();
  await put(logName, "the log");
  await put("t1/$TaskLog/other", "x");
  const answer = await ask("api/link", {
    method: "POST",
    body: JSON.stringify({ container, blobName: logName, lifetimeInMs: 60_000 }),
  });
  const { url, expiresAt } = (await answer.json()) as LinkAnswer;
  expect(await (await fetch(url)).text()).toBe("the log");
  expect((await fetch(url.replace("stdout.txt", "other"))).status).toBe(403);
  expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
  const lifeMs = new Date(expiresAt).getTime() - Date.now();
  expect(lifeMs).toBeLessThanOrEqual(60_000);
});

test("an invalid link request is rejected", async () => {
  const { ask, container, put } = await setUpViewer();
  await put(logName, "x");
  const asked = { container, blobName: logName, lifetimeInMs: 60_000 };
  const post = async (body: unknown) =>
    await readFailureCode(
      await ask("api/link", { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) }),
    );
  expect(await post({ ...asked, lifetimeInMs: 8 * 24 * 3_600_000 })).toBe("400 BadRequest");
  expect(await post({ ...asked, lifetimeInMs: "1" })).toBe("400 BadRequest");
  expect(await post({ ...asked, lifetimeInMs: 0 })).toBe("400 BadRequest");
  expect(await post({ ...asked, blobName: "readme.txt" })).toBe("404 NotFound");
  expect(await post({ ...asked, blobName: "t1/$TaskLog/missing" })).toBe("404 OutputNotFound");
  expect(await post({ ...asked, container: "images" })).toBe("404 NotFound");
  for (const body of ["", "{", "null", "[]", '"x"']) expect(await post(body), body).toBe("400 BadRequest");
});

test("nothing is deleted unless the viewer allows it", async () => {
  const reading = await setUpViewer();
  await reading.put(logName, "x");
  expect(
    await readFailureCode(
      await reading.ask(`api/output/${reading.container}/${logName}`, { method: "DELETE" }),
    ),
  ).toBe("403 ReadOnly");
  expect(await reading.stored.getBlobClient(logName).exists()).toBe(true);
  const { ask, container, put, stored } = await setUpViewer({ allowDelete: true });
  await put(logName, "x");
  await put("t1/$TaskOutput/a//b", "x");
  expect((await ask(`api/output/${container}/${logName}`, { method: "DELETE" })).status).toBe(204);
  expect((await ask(`api/output/${container}/t1/$TaskOutput/a//b`, { method: "DELETE" })).status).toBe(204);
  expect(await stored.getBlobClient(logName).exists()).toBe(false);
  expect(await readFailureCode(await ask(`api/output/${container}/${logName}`, { method: "DELETE" }))).toBe(
    "404 OutputNotFound",
  );
  expect(await readFailureCode(await ask(`api/output/${container}/readme`, { method: "DELETE" }))).toBe(
    "404 NotFound",
  );
});

test("all outputs of a job are deleted with its id only, if the viewer allows it and its credential is for the account", async () => {
  const reading = await setUpViewer();
  await reading.put(logName, "x");
  const { client, container, jobId, stored } = reading;
  const deleteJob = async ({ ask }: Pick<typeof reading, "ask">, address: string) =>
    await ask(`api/jobs/${address}`, { method: "DELETE" });
  const own = `${container}?job=${encodeURIComponent(jobId)}`;
  expect(await readFailureCode(await deleteJob(reading, own))).toBe("403 ReadOnly");
  const url = await client.getOutputStorageContainerUrl(jobId, { permissions: "racwdl" });
  const one = await setUpViewer({ storage: new JobOutputStorage(url), allowDelete: true });
  expect(await readFailureCode(await deleteJob(one, own))).toBe("403 PermissionMissing");
  expect(await (await one.ask("api/config")).json()).toMatchObject({ canDelete: true, canDeleteJobs: false });

  const deleting = await setUpViewer({ client, allowDelete: true });
  for (const wrong of ["", "?job=", "?job=other", `?job=${container}`, "?job=%00", "?job=a%2fb"])
    expect(await readFailureCode(await deleteJob(deleting, `${container}${wrong}`)), wrong).toBe(
      "400 BadRequest",
    );
  expect(await readFailureCode(await deleteJob(deleting, "images?job=images"))).toBe("404 NotFound");
  expect(await stored.exists()).toBe(true);
  expect((await deleteJob(deleting, own)).status).toBe(204);
  expect(await stored.exists()).toBe(false);
  expect((await deleteJob(deleting, own)).status).toBe(204);
});

test("a viewer of a container URL shows that job only, and signs nothing", async () => {
  const { client, jobId, container, put, stored } = await setUpViewer();
  await put("t1/$TaskLog/x", "x");
  const url = await client.getOutputStorageContainerUrl(jobId);
  const { ask } = await setUpViewer({ storage: new JobOutputStorage(url) });
  const config: unknown = await (await ask("api/config")).json();
  expect(config).toMatchObject({ container, jobId, canSign: false });
  expect(JSON.stringify(config)).not.toContain("sig=");
  expect(await readItems<JobItem>(await ask("api/jobs"))).toMatchObject([{ container, jobId }]);
  expect(await readItems<TaskItem>(await ask(`api/jobs/${container}/tasks`))).toMatchObject([
    { taskId: "t1" },
  ]);
  expect(await readFailureCode(await ask("api/jobs/job-other/tasks"))).toBe("404 NotFound");
  const body = JSON.stringify({ container, blobName: "t1/$TaskLog/x", lifetimeInMs: 1000 });
  expect(await readFailureCode(await ask("api/link", { method: "POST", body }))).toBe("403 CannotSign");
  expect(stored.containerName).toBe(container);
});

test("a SAS without a permission is reported", async () => {
  const { client, jobId, container, put } = await setUpViewer();
  await put(logName, "x");
  const url = await client.getOutputStorageContainerUrl(jobId, { permissions: "l" });
  const { ask } = await setUpViewer({ storage: new JobOutputStorage(url) });
  const response = await ask(`content/${container}/${logName}`);
  const text = await response.text();
  expect(response.status).toBe(403);
  expect(text).not.toMatch(/sig=|sv=\d/);
});

test("an account that does not exist is reported", async () => {
  const client = new BatchOutputsClient("http://127.0.0.1:9/devstoreaccount1?sig=c2VjcmV0", undefined, {
    retryOptions: { maxTries: 1 },
  });
  const { ask } = await setUpViewer({ client });
  expect(await readFailureCode(await ask("api/properties/job-a/t1/$TaskLog/x"))).toBe("502 StoreUnreachable");
});

test("an unexpected error of the service is reported without its message", async () => {
  const { ask, container } = await setUpViewer(
    {},
    faultAlways("GetBlobProperties", { kind: "answer", status: 409, code: "SomethingNew" }),
  );
  const response = await ask(`api/properties/${container}/${logName}`);
  expect([response.status, await response.json()]).toEqual([
    502,
    {
      failed: {
        code: "RequestRefused",
        reason: expect.stringMatching(
          /failed: the store refused the request \(SomethingNew, HTTP status 409\)\.$/,
        ) as string,
      },
    },
  ]);
});
