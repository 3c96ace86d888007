import { getEventListeners, once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { ContainerClient } from "@azure/storage-blob";
import { expect, onTestFinished, test } from "vitest";

import { isTransientStatus, redactErrorTexts } from "../../../src/core/index.js";
import { AppendBlobs } from "../../../src/storage/append/append-blob.js";
import { BlobHandle } from "../../../src/storage/blob-handle.js";
import {
  readBlobPage,
  openContainerIn,
  isBySdk,
  readRange,
  storedContent,
} from "../../support/direct-fixture.js";
import { captureError } from "../../support/capture-error.js";
import { setUpOutputs, faultNth, quickRetries } from "../../support/output-fixture.js";
import { createDeferred } from "../../support/create-deferred.js";
import { type Answering, honest, type RawAnswer, startRawStore } from "../../support/raw-store.js";

const honestly: Answering = (request) => honest(request, storedContent);

/** The same answer, otherwise cut into pieces. */
function inPieces({ pieces }: RawAnswer, size: number): RawAnswer {
  const whole = pieces.map(String).join("");
  return { pieces: whole.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [] };
}

test("a response that arrives byte by byte is parsed", async () => {
  const store = await startRawStore((request) => inPieces(honestly(request) ?? { pieces: [] }, 1));
  const handle = new BlobHandle(openContainerIn(store), "a");
  expect(await readRange(handle, 0, 10)).toBe("0123456789");
  expect(await handle.upload(storedContent, 10, {})).toMatchObject({ etag: '"0x1"' });
  expect(store.requests).toHaveLength(2);
});

test("an interim response (1xx) is skipped", async () => {
  const store = await startRawStore((request) => ({
    pieces: [
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n",
      ...(honestly(request)?.pieces ?? []),
    ],
  }));
  expect(await readRange(new BlobHandle(openContainerIn(store), "a"), 2, 3)).toBe("234");
  expect(store.requests).toHaveLength(1);
});

test.each([
  ["HTTP/1.0", "HTTP/1.0", ""],
  ["Connection: Close", "HTTP/1.1", "Connection: Close\r\n"],
  ["Connection: keep-alive, close", "HTTP/1.1", "Connection: keep-alive, close\r\n"],
])("after %s another connection is used", async (_, version, header) => {
  const store = await startRawStore((request) => {
    const whole = String(honestly(request)?.pieces[0]).replace("HTTP/1.1", version);
    return { pieces: [whole.replace("\r\n", `\r\n${header}`)] };
  });
  const handle = new BlobHandle(openContainerIn(store), "a");
  for (let count = 0; count < 3; count += 1) expect(await readRange(handle, 0, 10)).toBe("0123456789");
  expect(store.requests.map(({ connection }) => connection)).toEqual([1, 2, 3]);
});

test("a request succeeds if the store closes the idle connection before it or during it", async () => {
  const store = await startRawStore((request) => {
    if (request.connection === 1 && request.nth === 3) return { pieces: [], then: "reset" };
    return { pieces: honestly(request)?.pieces ?? [], then: request.nth % 5 === 0 ? "close" : "keep" };
  });
  const handle = new BlobHandle(openContainerIn(store), "a");
  for (let count = 0; count < 12; count += 1) await handle.upload(storedContent, 10, {});
  // How often a request is under way when its connection is closed is chance; the reset one always is.
  expect(store.requests.filter(isBySdk).length).toBeGreaterThan(0);
  expect(store.connections.opened).toBeGreaterThan(2);
});

test.each(["cut-before", "cut-after"] as const)(
  "an append on a broken connection (%s) is not repeated",
  async (kind) => {
    const { proxy, client, jobId } = await setUpOutputs();
    const blobs = new AppendBlobs(client.getJobOutputStorage(jobId).storeContainer);
    const etag = await blobs.create("log", "nothing", { metadata: {}, contentType: undefined }, {});
    proxy.onRequest = faultNth("AppendBlock", { kind });
    const appended = blobs.append("log", Buffer.from("once"), { position: 0, etag }, {});
    if (kind === "cut-before") await appended;
    else expect(await captureError(appended)).toMatchObject({ statusCode: 412 });
    expect((await blobs.read("log", 0, 100, {})).data.toString()).toBe("once");
  },
);

const big = Buffer.alloc(8 * 1024 * 1024, "abcdefg");

test("a response before the end of the request body is used, and the rest of the body does not reach another request", async () => {
  for (const status of [403, 409, 503]) {
    const early = `HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`;
    const store = await startRawStore(() => ({ pieces: [early] }), { answerAfter: "head" });
    const handle = new BlobHandle(openContainerIn(store, { retryOptions: { maxTries: 1 } }), "a");
    const failure = await captureError(handle.stageBlock("YQ==", big, big.length, {}));
    expect(failure).toMatchObject({ statusCode: status });
    await captureError(handle.upload(storedContent, 10, {}));
    expect(store.requests.map(({ connection, head }) => [connection, head.slice(0, 3)])).toEqual([
      [1, "PUT"],
      [2, "PUT"],
    ]);
  }
});

test("a request body that the store received in part is sent again from its start", async () => {
  const store = await startRawStore(
    (request) => {
      if (request.nth === 1) return { pieces: [], then: "reset" };
      return honestly(request);
    },
    { answerAfter: "head" },
  );
  const honestStore = await startRawStore(honestly);
  await new BlobHandle(openContainerIn(honestStore), "a").upload(big, big.length, {});
  expect(honestStore.requests[0]?.body.equals(big)).toBe(true);
  await new BlobHandle(openContainerIn(store), "a").upload(big, big.length, {});
  expect(store.requests).toHaveLength(2);
});

const statuses = [
  ...[200, 202, 204, 206, 301, 302, 303, 304, 307, 308],
  ...[400, 401, 403, 404, 405, 408, 409, 410, 411, 412, 413, 416, 417, 429],
  ...[500, 501, 502, 503, 504, 599],
];

test.each(statuses)(
  "a store that answers %i to everything causes the SDK's error after as many requests as it has tries",
  async (status) => {
    const body = "<?xml version='1.0'?><Error><Code>SomeCode</Code><Message>Why not</Message></Error>";
    const hasBody = status !== 204 && status !== 304;
    const head = `HTTP/1.1 ${status} What\r\nx-ms-error-code: SomeCode\r\nx-ms-request-id: 7\r\n`;
    const answering: Answering = ({ nth }) => ({
      // A redirection that leads elsewhere each time, and so to an end.
      pieces: [
        `${head}location: /account/c/b${nth}?sig=c2VjcmV0\r\n${hasBody ? `content-length: ${body.length}\r\n` : ""}\r\n${hasBody ? body : ""}`,
      ],
    });
    const outcome = async (work: Promise<unknown>) =>
      await work.then(
        () => "done",
        (error: unknown) => {
          // As this package does with its errors: the redirection of the SDK's own error contains the signature.
          redactErrorTexts(error);
          const { name, code, statusCode, details } = error as Record<string, unknown>;
          return { name, code, statusCode, details: { ...(details as object), clientRequestId: undefined } };
        },
      );
    const [ours, theirs] = [await startRawStore(answering), await startRawStore(answering)];
    const container = openContainerIn(ours);
    const sdk = new ContainerClient(`${theirs.origin}/account/c?sv=1&sig=c2VjcmV0`, undefined, quickRetries);
    const handle = new BlobHandle(container, "a");
    const blob = sdk.getBlockBlobClient("a");
    const at = { position: 0, etag: '"0x1"' };
    const conditions = { appendPosition: 0, ifMatch: '"0x1"' };
    const pairs: [() => Promise<unknown>, () => Promise<unknown>][] = [
      [() => handle.upload(storedContent, 10, {}), () => blob.upload(storedContent, 10)],
      [
        () => handle.stageBlock("YQ==", storedContent, 10, {}),
        () => blob.stageBlock("YQ==", storedContent, 10),
      ],
      [
        () => new AppendBlobs(container).append("a", storedContent, at, {}),
        () => sdk.getAppendBlobClient("a").appendBlock(storedContent, 10, { conditions }),
      ],
    ];
    // Where a success is no range, ours refuses it and the SDK leaves that to whoever reads.
    if (status >= 300) pairs.push([() => readRange(handle, 0, 10), () => blob.download(0, 10)]);
    if (status !== 200)
      pairs.push([() => readBlobPage(container, ""), () => sdk.listBlobsFlat().byPage().next()]);
    for (const [one, other] of pairs) expect(await outcome(one())).toEqual(await outcome(other()));
    // The SDK repeats a request after 500 and 503 only.
    const isRepeatedHere = isTransientStatus(status) && status !== 500 && status !== 503;
    const tries = isRepeatedHere ? (quickRetries.retryOptions?.maxTries ?? 0) : 1;
    expect(ours.requests).toHaveLength(theirs.requests.length * tries);
  },
);

/** The phases in which a request can be when it is aborted, as a store brings them about. */
const phases: [string, RawAnswer | undefined][] = [
  ["waits for an answer", undefined],
  ["reads the answer's head", { pieces: ["HTTP/1.1 206 Partial"] }],
  [
    "reads the answer's body",
    { pieces: ["HTTP/1.1 206 OK\r\ncontent-range: bytes 0-9/10\r\ncontent-length: 10\r\n\r\n0123"] },
  ],
];

test.each(phases)(
  "a request that %s ends at once when aborted, and leaves no open connection",
  async (_, answer) => {
    const { promise: arrived, resolve: arrive } = createDeferred<undefined>();
    const store = await startRawStore(() => {
      arrive(undefined);
      return answer;
    });
    const handle = new BlobHandle(openContainerIn(store), "a");
    const abort = new AbortController();
    const failure = captureError(readRange(handle, 0, 10, { abortSignal: abort.signal }));
    await arrived;
    abort.abort();
    expect((await failure).name).toBe("AbortError");
    expect(getEventListeners(abort.signal, "abort")).toEqual([]);
    await store.untilAlone();
  },
);

test("a request to a store that does not read, or never starts TLS, ends at once when aborted", async () => {
  const { promise: connected, resolve: connect } = createDeferred<undefined>();
  const server = createServer((socket) => {
    socket.pause();
    socket.on("error", () => undefined);
    connect(undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  for (const protocol of ["http", "https"]) {
    const handle = new BlobHandle(openContainerIn({ origin: `${protocol}://127.0.0.1:${port}` }), "a");
    const abort = new AbortController();
    const failure = captureError(handle.upload(big, big.length, { abortSignal: abort.signal }));
    await connected;
    abort.abort();
    expect((await failure).name).toBe("AbortError");
    expect(getEventListeners(abort.signal, "abort")).toEqual([]);
  }
});

test("a request leaves no listener on the caller's signal, whether it succeeds or fails", async () => {
  const store = await startRawStore((request) =>
    request.nth % 2 === 0
      ? honestly(request)
      : { pieces: ["HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n"] },
  );
  const abort = new AbortController();
  const handle = new BlobHandle(openContainerIn(store), "a");
  for (let count = 0; count < 4; count += 1) await readRange(handle, 0, 10, { abortSignal: abort.signal });
  const never = new BlobHandle(openContainerIn({ origin: "http://127.0.0.1:1" }), "a");
  await captureError(never.upload(storedContent, 10, { abortSignal: abort.signal }));
  expect(getEventListeners(abort.signal, "abort")).toEqual([]);
});
