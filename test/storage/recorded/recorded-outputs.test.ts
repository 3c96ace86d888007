import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { jobOutputContainerName } from "../../../src/conventions/index.js";
import { BatchOutputsClient, type OutputFileReference } from "../../../src/outputs/index.js";
import { collectAll } from "../../support/output-fixture.js";
import { answerTo, findExchange, moveExchange, type RecordedExchange } from "./recorded-exchanges.js";
import { accountKey, type Route, routes } from "./recorded-routes.js";
import { startRecordedStore, type RecordedStore } from "./start-recorded-store.js";

const containerName = jobOutputContainerName("film");
const byteString = "blockblobname962628554157";

/** A client of a store with these answers, in which the recorded blobs are outputs of task "frame-1". */
async function setUp(
  { options }: Route,
  exchanges: readonly RecordedExchange[],
): Promise<{ readonly client: BatchOutputsClient; readonly store: RecordedStore }> {
  const store = await startRecordedStore(
    exchanges.map((exchange) => moveExchange(exchange, containerName, "frame-1/$TaskOutput")),
  );
  return { client: new BatchOutputsClient(store.accountUrl, accountKey, options), store };
}

/** The output that was recorded under this name. */
async function openOutput(
  route: Route,
  path: string,
  exchanges: readonly RecordedExchange[],
): Promise<{ readonly output: OutputFileReference; readonly store: RecordedStore }> {
  const { client, store } = await setUp(route, exchanges);
  return { output: client.getTaskOutputStorage("film", "frame-1").getOutput("TaskOutput", path), store };
}

describe.each(routes)("outputs in recorded answers, read through $name", (route) => {
  test("listOutputs", async () => {
    const { client } = await setUp(route, [findExchange("GET container list", 200, "aaatestcontainer")]);
    expect(
      await collectAll(client.getTaskOutputStorage("film", "frame-1").listOutputs("TaskOutput")),
    ).toEqual([]);

    const fgrp = await setUp(route, [findExchange("GET container list", 200, "fgrp-in")]);
    const outputs = await collectAll(
      fgrp.client.getTaskOutputStorage("film", "frame-1").listOutputs("TaskOutput"),
    );
    expect(outputs).toHaveLength(18);
    const [first] = outputs;
    expect(first).toMatchObject({
      filePath: "batch-applicationTemplate-parameters.json",
      size: 1377,
      contentType: "application/octet-stream",
      etag: "0x8DA90626EEBF432",
      accessTier: "Hot",
      lastModified: new Date("2022-09-06T23:49:26Z"),
    });
    expect(Buffer.from(first?.contentMD5 ?? []).toString("base64")).toBe("GhvIqLxdhgZSxhi6CdQjLQ==");
  });

  test("listing outputs of a missing container fails with ContainerNotPrepared", async () => {
    const { client } = await setUp(route, [findExchange("GET container list", 404)]);
    await expect(collectAll(client.getJobOutputStorage("film").listAllOutputs())).rejects.toMatchObject({
      code: "ContainerNotPrepared",
      containerName,
    });
  });

  test("getProperties", async () => {
    const { output } = await openOutput(route, byteString, [findExchange("HEAD blob", 200, byteString)]);
    const { contentMD5, ...properties } = await output.getProperties();
    expect(properties).toEqual({
      size: 10,
      metadata: {},
      lastModified: new Date("2016-11-16T01:40:40Z"),
      contentType: "text/xml",
      etag: '"0x8D40DC19291CCFA"',
      blobType: "BlockBlob",
      version: '"0x8D40DC19291CCFA"',
    });
    expect(Buffer.from(contentMD5 ?? []).toString("base64")).toBe("aOEJ8PQMpyoV4FzCJ4b45g==");
  });

  test("an output that is missing: exists is false, getProperties fails with OutputNotFound", async () => {
    const missing = findExchange("HEAD blob", 404, "blockblobname9626285541571304");
    const { output } = await openOutput(route, "blockblobname9626285541571304", [missing, missing]);
    expect(await output.exists()).toBe(false);
    await expect(output.getProperties()).rejects.toMatchObject({ code: "OutputNotFound", taskId: "frame-1" });
  });

  test("downloadToBuffer checks the digest of the service", async () => {
    const exchange = findExchange("GET blob", 200, byteString);
    const { output } = await openOutput(route, byteString, [exchange]);
    expect(String(await output.downloadToBuffer())).toBe("HelloWorld");
    const damaged = await openOutput(route, byteString, [{ ...exchange, body: "HelloXorld" }]);
    await expect(damaged.output.downloadToBuffer()).rejects.toMatchObject({ code: "DigestMismatch" });
  });

  test("openRead reads the whole output, and ranges of it", async () => {
    const exchange = findExchange("GET blob", 200, byteString);
    const { output } = await openOutput(route, byteString, [exchange, exchange, exchange]);
    expect(await text(await output.openRead())).toBe("HelloWorld");
    expect(await text(await output.openRead({ offset: 5 }))).toBe("World");
    expect(await text(await output.openRead({ offset: 2, count: 3 }))).toBe("llo");
  });

  test("reading an output that is missing fails with OutputNotFound", async () => {
    const read = answerTo(findExchange("GET blob metadata", 404), "GET");
    const name = "batch-applicationTemplate-parameters.json";
    const { output } = await openOutput(route, name, [read, read]);
    await expect(output.openRead()).rejects.toMatchObject({ code: "OutputNotFound", path: name });
    await expect(output.downloadToBuffer()).rejects.toMatchObject({ code: "OutputNotFound" });
  });

  test("saveText sends the digest, and returns the ETag and the time of the service", async () => {
    const exchange = findExchange("PUT blob", 201, byteString);
    const { client, store } = await setUp(route, [exchange]);
    const storage = client.getTaskOutputStorage("film", "frame-1");
    const { status, output } = await storage.saveText("TaskOutput", "HelloWorld", byteString);
    expect(status).toBe("saved");
    expect(output).toMatchObject({
      size: 10,
      etag: '"0x8D40DC1914F54AF"',
      lastModified: new Date("2016-11-16T01:40:38Z"),
    });
    const digest = exchange.headers["content-md5"];
    expect(Buffer.from(output.contentMD5 ?? []).toString("base64")).toBe(digest);
    expect(store.requests[0]?.header("x-ms-blob-content-md5")).toBe(digest);
  });

  test("saveText with if-changed compares with the digest of the service", async () => {
    const { client } = await setUp(route, [findExchange("HEAD blob", 200, byteString)]);
    const storage = client.getTaskOutputStorage("film", "frame-1");
    const { status, output } = await storage.saveText("TaskOutput", "HelloWorld", byteString, {
      overwrite: "if-changed",
    });
    expect([status, output.etag]).toEqual(["unchanged", '"0x8D40DC19291CCFA"']);
  });

  test("saveText over a leased blob fails with OutputLeased", async () => {
    const { client } = await setUp(route, [findExchange("PUT blob", 412)]);
    const storage = client.getTaskOutputStorage("film", "frame-1");
    await expect(storage.saveText("TaskOutput", "HelloWorld", "blockblobname96262855")).rejects.toMatchObject(
      {
        code: "OutputLeased",
        path: "blockblobname96262855",
      },
    );
  });

  test("delete", async () => {
    const name = "appendblobname7315";
    const { output } = await openOutput(route, name, [
      findExchange("HEAD blob", 200, name),
      findExchange("DELETE blob", 202, name),
    ]);
    await output.delete();
  });

  test("delete of an output in a listed version", async () => {
    const name = "appendblobname7315";
    const { output, store } = await openOutput(route, name, [
      findExchange("HEAD blob", 200, name),
      findExchange("DELETE blob", 202, name),
    ]);
    // The listing has the ETag without quotes, the properties have it with quotes.
    await output.delete({ conditions: { ifMatch: "0x8D40DC18DDC9F1D" } });
    expect(store.requests[1]?.header("if-match")).toBe('"0x8D40DC18DDC9F1D"');
  });

  test("prepareOutputStorage creates the container, or finds that it exists", async () => {
    const { client } = await setUp(route, [findExchange("PUT container", 201)]);
    await client.prepareOutputStorage("film");

    const existing = answerTo(findExchange("HEAD container", 200), "GET");
    const prepared = await setUp(route, [
      findExchange("PUT container", 409),
      { ...existing, headers: { ...existing.headers, "x-ms-meta-batchjobid": "film" } },
    ]);
    await prepared.client.prepareOutputStorage("film");
  });

  test("deleteOutputStorage gives whether there was a container", async () => {
    const { client } = await setUp(route, [
      answerTo(findExchange("HEAD container", 200), "GET"),
      findExchange("DELETE container", 202),
      answerTo(findExchange("HEAD container", 404), "GET"),
    ]);
    expect(await client.deleteOutputStorage("film")).toBe(true);
    expect(await client.deleteOutputStorage("film")).toBe(false);
  });

  test("listJobs lists the containers of the account", async () => {
    const exchange = findExchange("GET account list", 200);
    const body = exchange.body?.replaceAll("<Name>", "<Name>job-") ?? "";
    const store = await startRecordedStore([{ ...exchange, body }]);
    const client = new BatchOutputsClient(store.accountUrl, accountKey, route.options);
    expect(await collectAll(client.listJobs())).toMatchObject([
      { jobId: "storageclitest", lastModified: new Date("2016-11-16T01:37:50Z") },
      { jobId: "storageclitest2", lastModified: new Date("2016-11-16T01:34:06Z") },
    ]);
  });
});
