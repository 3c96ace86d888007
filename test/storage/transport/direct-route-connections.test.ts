import { ContainerSASPermissions } from "@azure/storage-blob";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";

import { openContainer, openAccountByConnectionString } from "../../../src/storage/clients/open-store.js";
import { BlobHandle } from "../../../src/storage/blob-handle.js";
import { getDirectSender } from "../../../src/storage/transport/direct/direct-sender.js";
import {
  readBlobPage,
  openContainerIn,
  isBySdk,
  readRange,
  storedContent,
} from "../../support/direct-fixture.js";
import { startFaultProxy } from "../../support/fault-proxy.js";
import { quickRetries } from "../../support/output-fixture.js";
import { createDeferred } from "../../support/create-deferred.js";
import { type Answering, honest, startRawStore } from "../../support/raw-store.js";
import { runProgram } from "../../support/run-program.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createJobId } from "../../support/create-job-id.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

const honestly: Answering = (request) => honest(request, storedContent);

test("connections are reused, and there are never more of them than concurrent requests", async () => {
  const store = await startRawStore(honestly);
  const container = openContainerIn(store);
  const worker = async (number: number): Promise<void> => {
    for (let count = 0; count < 20; count += 1) {
      const handle = new BlobHandle(container, `${number}/${count}`);
      await handle.upload(storedContent, 10, {});
      expect(await readRange(handle, 0, 10)).toBe("0123456789");
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, number) => worker(number)));
  expect(store.requests).toHaveLength(320);
  expect(store.connections.opened).toBeLessThanOrEqual(8);
});

test("unused connections are closed after a burst", async () => {
  const { promise: all, resolve: answer } = createDeferred<undefined>();
  const store = await startRawStore((request) => {
    if (request.nth === 64) answer(undefined);
    return honestly(request);
  });
  const container = openContainerIn(store);
  await Promise.all(
    Array.from({ length: 64 }, (_, number) => readRange(new BlobHandle(container, String(number)), 0, 10)),
  );
  await all;
  expect(store.connections.opened).toBeGreaterThan(1);
  await store.untilAlone();
  expect(await readRange(new BlobHandle(container, "again"), 0, 10)).toBe("0123456789");
});

const ending = `
  import { TaskOutputStorage } from "azure-batch-outputs";
  const { URL: url } = process.env;
  const task = new TaskOutputStorage(url, "t1");
  for (const path of ["a", "b", "slow"]) await task.saveText("TaskOutput", "x", path);
  const abort = new AbortController();
  const never = task.saveText("TaskOutput", "x", "never", { abortSignal: abort.signal });
  setTimeout(() => abort.abort(), 100);
  console.log(await never.catch((error) => error.name));
`;

test("an idle connection does not keep the process alive, but a request on it does", async () => {
  const store = await startRawStore((request) => {
    if (request.head.includes("/never?")) return undefined;
    const { pieces } = honest(request, storedContent);
    // Long enough for a process that waits for nothing to be gone.
    return { pieces: request.head.includes("/slow?") ? String(pieces[0]).split("") : pieces };
  });
  const result = await runProgram(ending, { URL: `${store.origin}/account/job-j1?sv=1&sig=c2VjcmV0` });
  expect(result).toEqual({ stdout: "AbortError\n", stderr: "", exitCode: 0 });
  expect(store.requests.map(isBySdk)).toEqual([false, false, false, false]);
});

test.each([
  ["an IPv6 address", "::1", (port: string) => `[::1]:${port}`],
  ["a name", "127.0.0.1", (port: string) => `localhost:${port}`],
])("a store at %s is reached directly, with its name in the Host header", async (_, listening, hostOf) => {
  const store = await startRawStore(honestly, { host: listening });
  const host = hostOf(new URL(store.origin).port);
  const handle = new BlobHandle(openContainerIn({ origin: `http://${host}` }), "a");
  expect(await readRange(handle, 0, 10)).toBe("0123456789");
  expect(store.requests.map((request) => [isBySdk(request), request.header("host")])).toEqual([
    [false, host],
  ]);
});

test("reads go to the secondary host when the primary fails", async () => {
  const primary = await startRawStore(() => ({ pieces: ["HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n"] }));
  const port = Number(new URL(primary.origin).port);
  const secondary = await startRawStore(honestly, { host: "127.0.0.2", port });
  const retryOptions = { ...quickRetries.retryOptions, secondaryHost: "127.0.0.2" };
  const container = openContainerIn(primary, { retryOptions });
  expect(await readRange(new BlobHandle(container, "a"), 0, 10)).toBe("0123456789");
  expect((await readBlobPage(container, "")).items).toEqual([]);
  expect(primary.requests.map(isBySdk)).toEqual([false, false]);
  expect(secondary.requests.map(isBySdk)).toEqual([true, true]);
});

test("an empty proxy variable in either case, and NO_PROXY alone, leave the direct route on", async () => {
  vi.stubEnv("HTTPS_PROXY", "");
  vi.stubEnv("NO_PROXY", "127.0.0.1");
  expect(await getDirectSender(openContainerIn({ origin: "http://127.0.0.1:1" }))).toBeDefined();
  vi.stubEnv("https_proxy", "http://127.0.0.1:1");
  expect(await getDirectSender(openContainerIn({ origin: "http://127.0.0.1:1" }))).toBeUndefined();
});

test("a connection string that names a proxy is left to the SDK", async () => {
  const text = "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1";
  const service = openAccountByConnectionString(text);
  expect(await getDirectSender(service.getContainer("c"))).toBeUndefined();
});

test("a SAS is sent unchanged, in any valid encoding", async () => {
  const azurite = useSharedAzurite();
  const proxy = await startFaultProxy(azurite.blobEndpoint);
  onTestFinished(() => proxy.stop());
  const { containerClient } = await azurite.serviceClient().createContainer(createJobId());
  const url = await containerClient.generateSasUrl({
    permissions: ContainerSASPermissions.parse("racwl"),
    expiresOn: new Date(Date.now() + 3_600_000),
  });
  const [path = "", query = ""] = proxy.getUrlThrough(url).split("?");
  const pairs = query.split("&");
  const variants = [
    query,
    [...pairs].reverse().join("&"),
    query.replaceAll("%3A", ":"),
    query.replace(/%2F/g, "/").replace(/%3D$/, "="),
    query.replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase()),
    query.replace("sp=racwl", "sp=%72acwl"),
    `${query}&`,
    `&${query}`,
  ];
  const body = Buffer.from("x");
  for (const variant of variants) {
    const container = openContainer(`${path}?${variant}`, undefined, quickRetries, "url");
    await new BlobHandle(container, "a b+%").upload(body, 1, {});
    expect(await readRange(new BlobHandle(container, "a b+%"), 0, 10)).toBe("x");
    expect((await readBlobPage(container, "")).items.map(({ name }) => name)).toEqual(["a b+%"]);
  }
  expect(proxy.exchanges.map(({ operation, status }) => `${operation} ${String(status)}`)).toEqual(
    variants.flatMap(() => ["PutBlob 201", "GetBlob 206", "ListBlobs 200"]),
  );
});
