import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TlsOptions } from "node:tls";
import { afterEach, expect, test, vi } from "vitest";

import { openContainer } from "../../../src/storage/clients/open-store.js";
import { BlobHandle } from "../../../src/storage/blob-handle.js";
import { createTrustingEnvironment } from "../../support/azure-tokens.js";
import { startAzurite } from "../../support/azurite.js";
import { readRange } from "../../support/direct-fixture.js";
import { quickRetries } from "../../support/output-fixture.js";
import { honest, type RawStore, startRawStore } from "../../support/raw-store.js";
import { runProgram } from "../../support/run-program.js";
import { type SelfSigned, createSelfSigned, type SelfSignedOptions } from "../../support/self-signed.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { createJobId } from "../../support/create-job-id.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

const content = Buffer.from("0123456789");

async function secureStore(certificate: SelfSigned, tls: TlsOptions = {}): Promise<RawStore> {
  return await startRawStore((request) => honest(request, content), { tls: { ...certificate, ...tls } });
}

/** What makes a process trust the certificate. */
async function trusting({ cert }: SelfSigned): Promise<Record<string, string>> {
  const path = join(createTemporaryFolder(), "certificate.pem");
  await writeFile(path, cert);
  return { NODE_EXTRA_CA_CERTS: path };
}

const wholeWork = `
  import https from "node:https";
  import { appendFile, writeFile } from "node:fs/promises";
  import { BatchOutputsClient } from "azure-batch-outputs";
  const { CONNECTION_STRING, JOB_ID, FOLDER } = process.env;
  const bySdk = [];
  const { request } = https;
  https.request = (options, ...rest) => {
    bySdk.push(options.method + (/comp=\\w+|restype=\\w+/.exec(options.path)?.[0] ?? ""));
    return request(options, ...rest);
  };
  const client = BatchOutputsClient.fromConnectionString(CONNECTION_STRING);
  await client.prepareOutputStorage(JOB_ID);
  bySdk.length = 0;
  const task = client.getTaskOutputStorage(JOB_ID, "t1");
  const big = Buffer.alloc(20 * 1024 * 1024, "abc");
  await task.saveText("TaskOutput", "hello", "a.txt");
  await task.saveData("TaskOutput", big, "big");
  const names = [];
  for await (const { filePath } of task.listOutputs()) names.push(filePath);
  const fetched = [];
  for (const name of names) fetched.push((await task.getOutput("TaskOutput", name).downloadToBuffer()));
  process.chdir(FOLDER);
  const log = "log.txt";
  await writeFile(log, "one\\n");
  const tracked = await task.saveTracked("TaskLog", log);
  await tracked.flush();
  bySdk.push("|");
  await appendFile(log, "two\\n");
  await tracked.flush();
  bySdk.push("|");
  await tracked.close();
  const text = (await task.getOutput("TaskLog", "log.txt").downloadToBuffer()).toString();
  console.log(JSON.stringify({
    names, text, isSame: fetched[0].toString() === "hello" && fetched[1].equals(big), bySdk,
  }));
`;

test("writes, lists, reads and appends go directly over HTTPS with a certificate of NODE_EXTRA_CA_CERTS", async () => {
  await using azurite = await startAzurite({ oauth: true });
  const { stdout, stderr } = await runProgram(wholeWork, {
    ...createTrustingEnvironment(azurite),
    CONNECTION_STRING: azurite.connectionString,
    JOB_ID: createJobId(),
    FOLDER: createTemporaryFolder(),
  });
  expect(stderr).toBe("");
  const { bySdk, ...done } = JSON.parse(stdout) as { bySdk: string[] };
  expect(done).toEqual({ names: ["a.txt", "big"], text: "one\ntwo\n", isSame: true });
  // How a tracked file begins and ends is the SDK's in any case.
  expect(bySdk).toEqual(["PUT", "|", "|", "PUTcomp=metadata"]);
});

/** How a write of ours and one by the plain SDK fail. */
const bothFail = `
  import { ContainerClient } from "@azure/storage-blob";
  import { TaskOutputStorage } from "azure-batch-outputs";
  const { URL: url } = process.env;
  const retryOptions = { maxTries: 1 };
  const failure = (work) => work.then(() => "nothing failed", (error) => error);
  const ours = await failure(new TaskOutputStorage(url, "t1", { retryOptions }).saveText("TaskOutput", "x", "a"));
  const sdk = await failure(new ContainerClient(url, undefined, { retryOptions }).getBlockBlobClient("a").upload("x", 1));
  console.log(JSON.stringify({ code: ours.code, ours: ours.cause?.code, sdk: sdk.code, message: ours.message }));
`;

interface BothFailures {
  readonly code: string;
  readonly ours: string;
  readonly sdk: string;
  readonly message: string;
}

async function failuresAt(store: RawStore, env: Record<string, string>): Promise<BothFailures> {
  const URL = `${store.origin}/account/job-j1?sv=1&sig=c2VjcmV0`;
  const { stdout, stderr } = await runProgram(bothFail, { ...env, URL });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as BothFailures;
}

const anHourAgo = new Date(Date.now() - 3_600_000);

const untrusted = "CertificateNotTrusted";

test.each<[string, string, string, boolean, SelfSignedOptions, TlsOptions]>([
  ["whose certificate nobody trusts", untrusted, "DEPTH_ZERO_SELF_SIGNED_CERT", false, {}, {}],
  [
    "that has the certificate of another host",
    untrusted,
    "ERR_TLS_CERT_ALTNAME_INVALID",
    true,
    { hostName: "other.example" },
    {},
  ],
  ["whose certificate has expired", untrusted, "CERT_HAS_EXPIRED", true, { notAfter: anHourAgo }, {}],
  [
    "that speaks TLS 1.1 at most",
    "StoreUnreachable",
    "EPROTO",
    true,
    {},
    { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" },
  ],
])(
  "a store %s fails a request as it fails the SDK's, and receives none of its bytes",
  async (_, expected, code, isTrusted, options, tls) => {
    const certificate = await createSelfSigned(options);
    const store = await secureStore(certificate, tls);
    const failures = await failuresAt(store, isTrusted ? await trusting(certificate) : {});
    expect(failures).toMatchObject({ code: expected, ours: code, sdk: code });
    expect(store.connections.receivedBytes).toBe(0);
  },
);

test("NODE_TLS_REJECT_UNAUTHORIZED=0 affects direct requests as it affects the SDK's", async () => {
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  const store = await secureStore(await createSelfSigned({ hostName: "other.example" }));
  const container = openContainer(`${store.origin}/account/c?sig=x`, undefined, quickRetries, "url");
  await new BlobHandle(container, "a").upload(content, 10, {});
  await (await container.loadClient()).getBlockBlobClient("a").upload(content, 10);
  expect(store.requests.map((request) => request.header("connection"))).toEqual([undefined, "keep-alive"]);
});

test.each<[string, TlsOptions]>([
  ["TLS 1.2", { maxVersion: "TLSv1.2" }],
  ["TLS 1.3", { minVersion: "TLSv1.3" }],
  ["HTTP/2 or HTTP/1.1", { ALPNProtocols: ["h2", "http/1.1"] }],
])("connections to a store with %s are kept alive, and new ones resume the TLS session", async (_, tls) => {
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  const certificate = await createSelfSigned();
  const store = await startRawStore(
    (request) => ({ ...honest(request, content), then: request.nth % 3 === 0 ? "close" : "keep" }),
    { tls: { ...certificate, ...tls } },
  );
  const container = openContainer(`${store.origin}/account/c?sig=x`, undefined, quickRetries, "url");
  for (let count = 1; count <= 9; count += 1) {
    expect(await readRange(new BlobHandle(container, "a"), 0, 10)).toBe("0123456789");
  }
  expect(store.requests.length).toBeLessThan(13);
});

const fetchWhole = `
  import { readFileSync } from "node:fs";
  import { TaskOutputStorage } from "azure-batch-outputs";
  const { URL: url, FOLDER } = process.env;
  await new TaskOutputStorage(url, "t1").getOutput("TaskOutput", "a").downloadToFile(FOLDER + "/a");
  console.log(/VmHWM:\\s+(\\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
`;

test.runIf(process.platform === "linux")(
  "the memory of a read over TLS does not grow with its length",
  async () => {
    const certificate = await createSelfSigned();
    const env = await trusting(certificate);
    const peakMiB = async (MiB: number): Promise<number> => {
      const zeros = Buffer.alloc(MiB * 1024 * 1024);
      const store = await startRawStore((request) => honest(request, zeros), { tls: certificate });
      const URL = `${store.origin}/account/job-j1?sv=1&sig=c2VjcmV0`;
      const { stdout, stderr } = await runProgram(fetchWhole, {
        ...env,
        URL,
        FOLDER: createTemporaryFolder(),
      });
      expect(stderr).toBe("");
      return Number(stdout) / 1024;
    };
    const [one, other] = [await peakMiB(64), await peakMiB(256)];
    // When memory is collected is chance; what is read in addition is 192 MiB.
    expect(other - one).toBeLessThan(96);
  },
);
