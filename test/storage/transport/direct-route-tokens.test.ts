import type { TokenCredential } from "@azure/core-auth";
import { ContainerClient } from "@azure/storage-blob";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { StoreContainer } from "../../../src/storage/transport/index.js";
import { JobOutputStorage } from "../../../src/outputs/index.js";
import { openContainer } from "../../../src/storage/clients/open-store.js";
import { BlobHandle } from "../../../src/storage/blob-handle.js";
import { getDirectSender } from "../../../src/storage/transport/direct/direct-sender.js";
import { readBlobPage, isBySdk, readRange, storedContent } from "../../support/direct-fixture.js";
import { captureError, captureErrors } from "../../support/capture-error.js";
import { collectAll, quickRetries } from "../../support/output-fixture.js";
import { createDeferred } from "../../support/create-deferred.js";
import {
  type Answering,
  honest,
  type RawRequest,
  type RawStore,
  startRawStore,
} from "../../support/raw-store.js";
import { createSelfSigned } from "../../support/self-signed.js";
import { collectText } from "../../support/collect-text.js";

const content = storedContent;

beforeEach(() => {
  // A credential is sent to nobody but over TLS, and these stores have certificates that nobody has signed.
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** Tokens that say when they end: `secret.<number>.<end>`. Also tells what it was asked. */
function credentialFor(lifetimeInMs: number) {
  const asked: object[] = [];
  const credential: TokenCredential = {
    getToken: (_, options = {}) => {
      asked.push(options);
      const expiresOnTimestamp = Date.now() + lifetimeInMs;
      return Promise.resolve({ token: `secret.${asked.length}.${expiresOnTimestamp}`, expiresOnTimestamp });
    },
  };
  return { credential, asked };
}

async function secureStore(answering: Answering): Promise<RawStore> {
  return await startRawStore(answering, { tls: await createSelfSigned() });
}

function containerIn(store: RawStore, credential: TokenCredential): StoreContainer {
  return openContainer(`${store.origin}/account/c`, credential, quickRetries, "url");
}

function parseContinuationToken(request: RawRequest): string {
  return request.header("authorization")?.replace("Bearer ", "") ?? "";
}

test("concurrent requests share one token, which the SDK fetches once", async () => {
  const store = await secureStore((request) => honest(request, content));
  const { credential, asked } = credentialFor(3_600_000);
  const container = containerIn(store, credential);
  const prepared = vi.spyOn(await container.loadClient(), "getProperties");
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => readRange(new BlobHandle(container, `a${index}`), 0, 10, {})),
  );
  expect(asked).toHaveLength(1);
  expect(prepared).toHaveBeenCalledTimes(1);
  expect(new Set(store.requests.map(parseContinuationToken)).size).toBe(1);
  expect(store.requests.filter(isBySdk)).toEqual([]);
});

test("a token is refreshed before it expires, and no request fails", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const store = await secureStore((request) => {
    const end = Number(parseContinuationToken(request).split(".")[2]);
    return end > Date.now()
      ? honest(request, content)
      : { pieces: ["HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n"] };
  });
  const { credential } = credentialFor(3_000);
  const place = new BlobHandle(containerIn(store, credential), "a");
  for (let passed = 0; passed < 100; passed += 1) {
    await place.upload(content, content.length, {});
    vi.advanceTimersByTime(100);
  }
  expect(store.requests).toHaveLength(100);
  expect(store.requests.filter(isBySdk)).toEqual([]);
  expect(new Set(store.requests.map(parseContinuationToken)).size).toBeGreaterThan(3);
});

test("a token that expires while a request is queued is not sent", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const store = await secureStore((request) => {
    if (request.nth === 1)
      return { pieces: ["HTTP/1.1 503 Busy\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n"] };
    return Number(parseContinuationToken(request).split(".")[2]) > Date.now()
      ? honest(request, content)
      : { pieces: ["HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n"] };
  });
  const { credential } = credentialFor(3_000);
  const options = { retryOptions: { maxTries: 1 } };
  const url = `${store.origin}/account/c`;
  const place = new BlobHandle(openContainer(url, credential, options, "url"), "a");
  await captureError(place.upload(content, content.length, {}));
  const waiting = place.upload(content, content.length, {});
  // Until it waits, which takes no more than what is there to be done now.
  await new Promise(setImmediate);
  vi.advanceTimersByTime(10_000);
  await waiting;
  expect(store.requests).toHaveLength(2);
});

test("a token that is valid for an hour is fetched once", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const store = await secureStore((request) => honest(request, content));
  const { credential, asked } = credentialFor(3_600_000);
  const place = new BlobHandle(containerIn(store, credential), "a");
  for (let passed = 0; passed < 50; passed += 1) {
    await place.upload(content, content.length, {});
    vi.advanceTimersByTime(60_000);
  }
  expect(asked).toHaveLength(1);
});

test("a challenge (401) is left to the SDK, and later direct requests use its new token", async () => {
  const tenantId = "11111111-2222-3333-4444-555555555555";
  const challenge = `Bearer authorization_uri=https://login.microsoftonline.com/${tenantId}/oauth2/authorize resource_id=https://storage.azure.com`;
  const challenging: Answering = (request) =>
    parseContinuationToken(request).startsWith("secret.1.")
      ? {
          pieces: [
            `HTTP/1.1 401 Unauthorized\r\nwww-authenticate: ${challenge}\r\ncontent-length: 0\r\n\r\n`,
          ],
        }
      : honest(request, content);
  const store = await secureStore(challenging);
  const { credential, asked } = credentialFor(3_600_000);
  const container = containerIn(store, credential);
  for (const name of ["a", "b", "c"])
    await new BlobHandle(container, name).upload(content, content.length, {});
  // A tenant's token is for the request that was challenged; the SDK asks for another one after it.
  expect(
    store.requests.map((request) => [parseContinuationToken(request).split(".")[1], isBySdk(request)]),
  ).toEqual([
    ["1", false],
    ["2", true],
    ["3", false],
    ["3", false],
  ]);
  expect(asked[1]).toMatchObject({ tenantId });

  const other = credentialFor(3_600_000);
  const ofTheSdk = new ContainerClient(container.url, other.credential);
  for (const name of ["a", "b", "c"]) await ofTheSdk.getBlockBlobClient(name).upload(content, content.length);
  expect(other.asked).toHaveLength(asked.length);
});

test("every request fails with the credential's error if it returns no token", async () => {
  const store = await secureStore((request) => honest(request, content));
  const error = new Error("no token today");
  const container = containerIn(store, { getToken: () => Promise.reject(error) });
  const place = new BlobHandle(container, "a");
  const failures = await captureErrors(
    place.upload(content, 10, {}),
    place.stageBlock("YQ==", content, 10, {}),
    readRange(place, 0, 10, {}),
    readBlobPage(container, ""),
  );
  for (const failure of failures) expect(failure).toBe(error);
  expect(store.connections.opened).toBe(0);
});

test("the next request asks a credential that failed again", async () => {
  const store = await secureStore((request) => honest(request, content));
  const { credential } = credentialFor(3_600_000);
  let isDown = true;
  const container = containerIn(store, {
    getToken: async (scopes, options) => {
      if (isDown) throw new Error("no token yet");
      return await credential.getToken(scopes, options);
    },
  });
  const place = new BlobHandle(container, "a");
  await captureError(place.upload(content, 10, {}));
  isDown = false;
  await place.upload(content, 10, {});
  expect(store.requests.map(isBySdk)).toEqual([false]);
});

test("an aborted request stops waiting for a token, and aborts no other request", async () => {
  const store = await secureStore((request) => honest(request, content));
  const { credential } = credentialFor(3_600_000);
  const { promise: opened, resolve: open } = createDeferred<undefined>();
  const { promise: asked, resolve: ask } = createDeferred<undefined>();
  const container = containerIn(store, {
    getToken: async (scopes, options) => {
      ask(undefined);
      await opened;
      return await credential.getToken(scopes, options);
    },
  });
  const abort = new AbortController();
  const place = new BlobHandle(container, "a");
  const aborted = captureError(place.upload(content, 10, { abortSignal: abort.signal }));
  const other = place.upload(content, 10, {});
  await asked;
  abort.abort();
  expect((await aborted).name).toBe("AbortError");
  open(undefined);
  await other;
  expect(store.requests).toHaveLength(1);
});

test("a token with line breaks adds no header", async () => {
  const store = await secureStore((request) => honest(request, content));
  const expiresOnTimestamp = Date.now() + 3_600_000;
  const container = containerIn(store, {
    getToken: () => Promise.resolve({ token: "a\r\nx-evil: 1", expiresOnTimestamp }),
  });
  await new BlobHandle(container, "a").upload(content, 10, {});
  expect(store.requests.map((request) => request.header("x-evil"))).toEqual([undefined]);
});

test("neither the route nor any error contains the token, at any depth", async () => {
  let answering: Answering = (request) => honest(request, content);
  const store = await secureStore((request) => answering(request));
  const { credential } = credentialFor(3_600_000);
  const container = containerIn(store, credential);
  await readRange(new BlobHandle(container, "a"), 0, 10, {});
  expect(store.requests.map(parseContinuationToken)[0]).toContain("secret.1.");
  expect(collectText(await getDirectSender(container))).not.toContain("secret.");

  const job = new JobOutputStorage(`${store.origin}/account/job-j1`, {
    ...quickRetries,
    credential,
  });
  const answers: Answering[] = [
    () => ({ pieces: [], then: "reset" }),
    () => ({ pieces: ["nonsense\r\n\r\n"] }),
    () => ({ pieces: ["HTTP/1.1 403 Forbidden\r\ncontent-length: 3\r\n\r\nabc"] }),
    () => ({ pieces: ["HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n"] }),
    // A store that tells what it was sent.
    ({ head }) => ({ pieces: [`HTTP/1.1 400 Bad\r\ncontent-length: ${head.length}\r\n\r\n${head}`] }),
  ];
  for (const next of answers) {
    answering = next;
    const errors = await captureErrors(
      job.saveText("JobOutput", "x", "a"),
      job.getOutput("JobOutput", "a").downloadToBuffer(),
      collectAll(job.listOutputs()),
    );
    for (const error of errors) expect(collectText(error)).not.toContain("secret.");
  }
});
