import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { ZipRequest } from "../../../src/viewer/protocol/index.js";
import { makeGate } from "../../support/faults.js";
import { faultNth } from "../../support/output-fixture.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { readFailureCode, type ViewerFixture, setUpViewer } from "./support/viewer-fixture.js";

/** As the page's form sends it. */
async function zip({ ask }: Pick<ViewerFixture, "ask">, request: Partial<ZipRequest>): Promise<Response> {
  return await ask("zip", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ selection: JSON.stringify(request) }).toString(),
  });
}

/** Unpacks it with Python's own module, which checks every digest and name. */
async function unpacked(response: Response): Promise<{ names: string[]; folder: string }> {
  const folder = createTemporaryFolder();
  const path = join(folder, "all.zip");
  writeFileSync(path, Buffer.from(await response.arrayBuffer()));
  const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    archive.extractall(sys.argv[2])
    print(json.dumps(archive.namelist()))`;
  const out = execFileSync("python3", ["-c", script, path, join(folder, "out")], { encoding: "utf8" });
  return { names: JSON.parse(out) as string[], folder: join(folder, "out") };
}

test("the outputs of several tasks are one zip, each below its task", async () => {
  const fixture = await setUpViewer();
  for (const task of ["t1", "t2", "t3"]) await fixture.put(`${task}/$TaskLog/stdout.txt`, task);
  await fixture.put("$JobOutput/of-the-job.txt", "none of theirs");
  const { container } = fixture;
  const { names } = await unpacked(await zip(fixture, { container, taskIds: ["t3", "t1"] }));
  expect(names).toEqual(["t3/$TaskLog/stdout.txt", "t1/$TaskLog/stdout.txt"]);
});

test("the outputs of some names of all tasks are one zip, in one folder", async () => {
  const fixture = await setUpViewer();
  for (const task of ["t1", "t2"]) {
    await fixture.put(`${task}/$TaskOutput/tables/result.csv`, `rows of ${task}`);
    await fixture.put(`${task}/$TaskLog/stdout.txt`, "a log");
  }
  await fixture.put("t1/$TaskPreview/result.csv", "the same name");
  await fixture.put("$JobOutput/all.csv", "rows of the job");
  const { container } = fixture;
  const { names, folder } = await unpacked(await zip(fixture, { container, include: "*.csv", isFlat: true }));
  expect(names).toHaveLength(4);
  expect(names).toEqual(expect.arrayContaining(["job-all.csv", "t1-result.csv", "t2-result.csv"]));
  expect(readFileSync(join(folder, "t2-result.csv"), "utf8")).toBe("rows of t2");
});

test("globs that could keep the server busy are refused", async () => {
  const fixture = await setUpViewer();
  await fixture.put(`t1/$TaskOutput/${"a".repeat(900)}`, "its name is chosen for the glob");
  const { container } = fixture;
  const refused = await zip(fixture, { container, include: `${"*a".repeat(12)}b`, isFlat: true });
  expect(await readFailureCode(refused)).toBe("400 BadRequest");
  expect((await zip(fixture, { container, include: "*a*", isFlat: true })).status).toBe(200);
});

test("all outputs of a task are one zip, byte for byte", async () => {
  const fixture = await setUpViewer();
  const large = Buffer.alloc(3_000_000, "0123456789");
  await fixture.put("t1/$TaskOutput/a/large.bin", large);
  await fixture.put("t1/$TaskOutput/empty", "");
  await fixture.put("t1/$TaskLog/stdout.txt", "the log");
  await fixture.put("t2/$TaskLog/stdout.txt", "of another task");
  const response = await zip(fixture, { container: fixture.container, taskId: "t1" });
  expect(response.headers.get("content-type")).toBe("application/zip");
  expect(response.headers.get("content-disposition")).toContain(`filename="${fixture.jobId}-t1.zip"`);
  const { names, folder } = await unpacked(response);
  expect(names.sort()).toEqual(["$TaskLog/stdout.txt", "$TaskOutput/a/large.bin", "$TaskOutput/empty"]);
  expect(readFileSync(join(folder, "$TaskOutput/a/large.bin")).equals(large)).toBe(true);
  expect(readFileSync(join(folder, "$TaskLog/stdout.txt"), "utf8")).toBe("the log");
});

test("blobs that mark folders are in no listing and no zip, but their content is", async () => {
  const fixture = await setUpViewer();
  for (const folder of ["t1", "t1/$TaskOutput", "t1/$TaskOutput/day1"])
    await fixture.stored.getBlockBlobClient(folder).upload("", 0, { metadata: { hdi_isfolder: "true" } });
  await fixture.put("t1/$TaskOutput/day1/a.csv", "1");
  await fixture.put("t1/$TaskOutput/empty.txt", "");
  const { container } = fixture;
  const { names } = await unpacked(await zip(fixture, { container, taskId: "t1" }));
  expect(names.sort()).toEqual(["$TaskOutput/day1/a.csv", "$TaskOutput/empty.txt"]);
  const listed = await (await fixture.ask(`api/jobs/${container}/tasks/t1/outputs`)).text();
  expect(listed.match(/"path":"[^"]*"/g)).toEqual(['"path":"day1/a.csv"', '"path":"empty.txt"']);
});

test("a zip contains all of a job, one kind, or only a selection", async () => {
  const fixture = await setUpViewer();
  await fixture.put("$JobOutput/film", "1");
  await fixture.put("t1/$TaskLog/stdout.txt", "2");
  await fixture.put("t2/$TaskLog/stdout.txt", "3");
  await fixture.put("t2/$TaskOutput/x", "4");
  const { container } = fixture;
  const names = async (request: Partial<ZipRequest>): Promise<string[]> =>
    (await unpacked(await zip(fixture, { container, ...request }))).names.sort();
  expect(await names({})).toEqual([
    "$JobOutput/film",
    "t1/$TaskLog/stdout.txt",
    "t2/$TaskLog/stdout.txt",
    "t2/$TaskOutput/x",
  ]);
  expect(await names({ kind: "TaskLog" })).toEqual(["t1/stdout.txt", "t2/stdout.txt"]);
  expect(await names({ taskId: "t2", kind: "TaskLog" })).toEqual(["stdout.txt"]);
  expect(await names({ taskId: "t2", blobNames: ["t2/$TaskOutput/x", "t1/$TaskLog/stdout.txt"] })).toEqual([
    "$TaskOutput/x",
    "t1/$TaskLog/stdout.txt",
  ]);
});

test("names in a zip are safe on every system, and unique", async () => {
  const fixture = await setUpViewer();
  const unchanged = ["第1组可用账号表.txt", "café.txt", "😀.txt"];
  const paths = ["a//b", "CON", "x:y", "A.txt", "a.txt", "end.", "\u202Ebell", ...unchanged];
  for (const path of paths) await fixture.put(`t1/$TaskOutput/${path}`, path);
  const { names } = await unpacked(
    await zip(fixture, { container: fixture.container, taskId: "t1", kind: "TaskOutput" }),
  );
  expect(names).toHaveLength(paths.length);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(paths.length);
  expect(names).toEqual(expect.arrayContaining(unchanged));
  for (const name of names) {
    expect(name).not.toMatch(/^\/|\.\.|[\\:\x00-\x1f]|\/\//);
    expect(name).not.toMatch(/^con$|[. ]$/i);
  }
});

test("an output that cannot be requested is listed in the zip, and the others are included", async () => {
  const fixture = await setUpViewer();
  await fixture.put("t1/$TaskOutput/x", "x");
  const odd = "t1/$TaskOutput/a/../../b";
  const { names } = await unpacked(
    await zip(fixture, { container: fixture.container, blobNames: [odd, "t1/$TaskOutput/x"] }),
  );
  expect(names).toEqual(["t1/$TaskOutput/x", "NOT-INCLUDED.txt"]);
});

test("an empty selection, or one of missing outputs, is rejected before the download starts", async () => {
  const fixture = await setUpViewer();
  const { container } = fixture;
  expect(await readFailureCode(await zip(fixture, { container, taskId: "t9" }))).toBe("404 NothingMatched");
  expect(await readFailureCode(await zip(fixture, { container, blobNames: [] }))).toBe("404 NothingMatched");
  expect(await readFailureCode(await zip(fixture, { container, blobNames: ["t1/$TaskLog/x"] }))).toBe(
    "404 OutputNotFound",
  );
  expect(await readFailureCode(await zip(fixture, { container, blobNames: ["readme.txt"] }))).toBe(
    "404 NotFound",
  );
  expect(await readFailureCode(await zip(fixture, { container: "job-not-there" }))).toBe(
    "404 ContainerNotPrepared",
  );
  expect(await readFailureCode(await zip(fixture, { container: "images" }))).toBe("404 NotFound");
  expect(await readFailureCode(await zip(fixture, { container, taskId: "a b" }))).toBe("400 BadRequest");
  for (const body of [
    "",
    "selection=",
    "selection=%7B",
    "selection=null",
    "selection=%7B%22container%22:1%7D",
  ])
    expect(await readFailureCode(await fixture.ask("zip", { method: "POST", body })), body).toBe(
      "400 BadRequest",
    );
  const refusal = await zip(fixture, { container, taskId: "t9" });
  expect(refusal.headers.get("content-security-policy")).toContain("frame-ancestors 'self'");
});

test("an output that fails makes the whole zip fail, so that no incomplete one looks complete", async () => {
  const fixture = await setUpViewer();
  await fixture.put("t1/$TaskOutput/a", "first");
  await fixture.put("t1/$TaskOutput/b", Buffer.alloc(2_000_000));
  await fixture.put("t1/$TaskOutput/c", "last");
  fixture.proxy.onRequest = (info) =>
    info.operation === "GetBlob" && info.url.includes("/b")
      ? { kind: "truncate-download", afterBytes: 1_000_000 }
      : undefined;
  await expect(
    (await zip(fixture, { container: fixture.container, taskId: "t1" })).arrayBuffer(),
  ).rejects.toThrow();
});

test("an output that is replaced during the download makes the zip fail", async () => {
  const gate = makeGate();
  const fixture = await setUpViewer();
  await fixture.put("t1/$TaskOutput/a", Buffer.alloc(2_000_000));
  fixture.proxy.onRequest = faultNth("GetBlob", { kind: "delay", until: gate.opened });
  const reading = (await zip(fixture, { container: fixture.container, taskId: "t1" })).arrayBuffer();
  const failing = expect(reading).rejects.toMatchObject({ code: "OutputChanged" });
  await fixture.proxy.waitForRequest(({ operation }) => operation === "GetBlob");
  await fixture.put("t1/$TaskOutput/a", Buffer.alloc(2_000_000, 1));
  gate.open();
  await failing;
});

test("short listed outputs cost one request each", async () => {
  const fixture = await setUpViewer();
  const names = Array.from({ length: 40 }, (_, index) => `${index}.csv`);
  for (const name of names) await fixture.put(`t1/$TaskOutput/${name}`, `rows of ${name}`);
  const { container } = fixture;
  const { folder } = await unpacked(await zip(fixture, { container, taskId: "t1", kind: "TaskOutput" }));
  for (const name of names) expect(readFileSync(join(folder, name), "utf8")).toBe(`rows of ${name}`);
  const counts = (operation: string): number =>
    fixture.proxy.exchanges.filter((exchange) => exchange.operation === operation).length;
  expect(counts("GetBlob")).toBe(names.length);
  expect(counts("GetBlobProperties")).toBe(0);
});

test("a short output that is replaced after it was listed is in the zip as it is now", async () => {
  const gate = makeGate();
  const fixture = await setUpViewer();
  for (const name of ["a", "b"]) await fixture.put(`t1/$TaskOutput/${name}`, `old ${name}`);
  fixture.proxy.onRequest = faultNth("GetBlob", { kind: "delay", until: gate.opened });
  const { container } = fixture;
  const unpacking = zip(fixture, { container, taskId: "t1", kind: "TaskOutput" }).then(unpacked);
  await fixture.proxy.waitForRequest(({ operation }) => operation === "GetBlob");
  await fixture.put("t1/$TaskOutput/a", "new and longer");
  gate.open();
  const { names, folder } = await unpacking;
  expect(names).toEqual(["a", "b"]);
  expect(readFileSync(join(folder, "a"), "utf8")).toBe("new and longer");
  expect(readFileSync(join(folder, "b"), "utf8")).toBe("old b");
});

test("a client that disconnects stops the reading of further outputs", async () => {
  const fixture = await setUpViewer();
  // More than all the buffers of sockets on the way can hold.
  for (const name of ["a", "b", "c", "d"])
    await fixture.put(`t1/$TaskOutput/${name}`, Buffer.alloc(24_000_000));
  const response = await zip(fixture, { container: fixture.container, taskId: "t1" });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  for (let count = 0; count < 4; count += 1) await reader.read();
  await reader.cancel();
  await fixture.proxy.waitUntilIdle();
  const asked = fixture.proxy.exchanges.filter(({ operation }) => operation === "GetBlob");
  expect(asked.length).toBeLessThan(3);
  expect(asked.some(({ clientGot }) => clientGot === "answer")).toBe(false);
});
