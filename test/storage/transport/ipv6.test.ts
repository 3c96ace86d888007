import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { StorageSharedKeyCredential } from "@azure/storage-blob";
import { expect, it, onTestFinished } from "vitest";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { collectAll } from "../../support/output-fixture.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createJobId } from "../../support/create-job-id.js";

/** Listening decides, not `os.networkInterfaces()`: that throws on systems that do not list their interfaces. */
async function canListenOnLoopback(): Promise<boolean> {
  const server = createServer().listen(0, "::1");
  try {
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") return false;
    throw error;
  }
  server.close();
  return true;
}

const hasLoopback = await canListenOnLoopback();

it.runIf(hasLoopback)("A store at an IPv6 address is reached, directly and by the SDK", async () => {
  const { blobEndpoint, accountName, accountKey } = useSharedAzurite();
  const target = new URL(blobEndpoint);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const toStore = connect(Number(target.port), target.hostname);
    for (const end of [socket, toStore]) {
      sockets.add(end);
      end.on("error", () => {
        socket.destroy();
        toStore.destroy();
      });
    }
    socket.pipe(toStore).pipe(socket);
  }).listen(0, "::1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  const key = new StorageSharedKeyCredential(accountName, accountKey);
  const client = new BatchOutputsClient(`http://[::1]:${port}/${accountName}`, key);
  const jobId = createJobId();
  await client.prepareOutputStorage(jobId);
  const task = client.getTaskOutputStorage(jobId, "t1");
  await task.saveText("TaskOutput", "hello", "a.txt");
  const [output] = await collectAll(task.listOutputs());
  expect(await output?.exists()).toBe(true);
  expect((await output?.downloadToBuffer())?.toString()).toBe("hello");
  await client.deleteOutputStorage(jobId);
});
