import { once } from "node:events";
import { createServer, type OutgoingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { RestError } from "@azure/core-rest-pipeline";
import { AnonymousCredential, BlobServiceClient, ContainerClient } from "@azure/storage-blob";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { isBatchOutputsError } from "../../src/core/index.js";
import { BatchOutputsClient, JobOutputStorage, TaskOutputStorage } from "../../src/outputs/index.js";
import { explainServiceError } from "../../src/storage/index.js";
import { captureOurError } from "../support/capture-error.js";
import { collectAll, quickRetries } from "../support/output-fixture.js";

const sas = "sv=2021-08-06&sr=c&sp=racwl&se=2035-01-01T00%3A00%3A00Z&sig=AAAA%3D";
const page = "<!DOCTYPE html><html><title>Sign in to the network</title></html>";

interface Answer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** What networks answer in place of a store: sign-in pages, filters and their redirections. */
const answers: readonly (readonly [what: string, answer: Answer])[] = [
  ["a sign-in page with its length", { status: 200, headers: { "content-length": page.length }, body: page }],
  ["a sign-in page in chunks", { status: 200, body: page }],
  ["a redirection to one", { status: 302, headers: { location: "http://127.0.0.1:9/sign-in" } }],
  ["a demand to sign in", { status: 511, body: page }],
  ["the page of a filter", { status: 403, body: page }],
];

/** Starts what answers in place of a store. Returns the URL of a container in it. */
async function startForeignServer({ status, headers, body = "" }: Answer): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    request.once("end", () => {
      response.writeHead(status, { "content-type": "text/html; charset=utf-8", ...headers });
      response.end(request.method === "HEAD" ? undefined : body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/films/job-film-7?${sas}`;
}

/** Ways to open the outputs of a task: by a URL, or by a client of the storage SDK. */
const openers: Readonly<Record<string, (url: string) => TaskOutputStorage>> = {
  "a URL": (url) =>
    new JobOutputStorage(url, { ...quickRetries, jobId: "film-7" }).getTaskOutputStorage("t1"),
  "the caller's ContainerClient": (url) =>
    new JobOutputStorage(
      new ContainerClient(url, new AnonymousCredential(), quickRetries),
    ).getTaskOutputStorage("t1"),
  "the caller's BlobServiceClient": (url) =>
    new BatchOutputsClient(
      new BlobServiceClient(url.replace("/job-film-7", ""), new AnonymousCredential(), quickRetries),
    ).getTaskOutputStorage("film-7", "t1"),
  "a client of a subclass": (url) =>
    new TaskOutputStorage(new DerivedClient(url, new AnonymousCredential(), quickRetries), "t1"),
};

/** A client with a state of its own, which a copy would lack. */
class DerivedClient extends ContainerClient {
  readonly team = "blue";
}

const calls: Readonly<Record<string, (task: TaskOutputStorage) => Promise<unknown>>> = {
  list: (task) => collectAll(task.listOutputs()),
  exists: (task) => task.getOutput("TaskOutput", "a.txt").exists(),
  read: (task) => task.getOutput("TaskOutput", "a.txt").downloadToBuffer(),
  stream: async (task) => await buffer(await task.getOutput("TaskOutput", "a.txt").openRead()),
  save: (task) => task.saveText("TaskOutput", "content", "a.txt"),
  delete: (task) => task.getOutput("TaskOutput", "a.txt").delete(),
};

const cases = Object.keys(openers).flatMap((opener) =>
  answers.map(([what, answer]) => ({ opener, what, answer })),
);

describe.each(cases)(
  "A network that answers with $what in place of the store, opened by $opener",
  ({ opener, answer }) => {
    it.each(Object.entries(calls))("fails the call: %s", async (_name, call) => {
      const open = openers[opener];
      if (open === undefined) throw new TypeError(opener);
      const error = await captureOurError(call(open(await startForeignServer(answer))), "StoreUnreachable");
      expect(error.message).toMatch(/is not Azure Storage \(HTTP status \d+/);
      expect(error.hint).toEqual({ action: "check-network" });
      expect(error.message).not.toContain("sig=");
    });
  },
);

test.each(Object.entries(openers))(
  "an answer to %s that is no listing, of whatever type, is none",
  async (_, open) => {
    const headers = { "content-type": "application/xml" };
    const task = open(await startForeignServer({ status: 200, headers, body: "<ok/>" }));
    const error = await captureOurError(collectAll(task.listOutputs()), "StoreUnreachable");
    expect(error.message).toContain("is not Azure Storage (HTTP status 200)");
  },
);

test.each([
  ["https://films.privatelink.blob.core.windows.net/job-film-7", "Use films.blob.core.windows.net,"],
  ["https://films.blob.core.windows.net/job-film-7", "may have answered in place of the store"],
])("a certificate for another host name than that of %s", (url, expected) => {
  const error = new RestError("Hostname/IP does not match", { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  const explained = explainServiceError(error, { action: "listing", context: {}, url });
  if (!isBatchOutputsError(explained)) throw new TypeError("not explained", { cause: explained });
  expect(explained.code).toBe("CertificateNotTrusted");
  expect(explained.message).toContain(expected);
  expect(explained.message).not.toContain("NODE_EXTRA_CA_CERTS");
});
