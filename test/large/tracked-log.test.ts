import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { BlobServiceClient, type ContainerClient, ContainerSASPermissions } from "@azure/storage-blob";
import { expect, test } from "vitest";

import { startAzurite } from "../support/azurite.js";
import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { runMeasured } from "../support/run-measured.js";
import { pseudoRandomDigests, sha256OfFile } from "./digests.js";
import { scale } from "./scale.js";

const mebibyte = 1024 * 1024;
const program = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url));

interface LogStore extends AsyncDisposable {
  readonly folder: string;
  readonly container: ContainerClient;
  readonly containerUrl: string;
}

async function openLogStore(): Promise<LogStore> {
  const folder = createDisposableFolder();
  const [own, persistence] = [join(folder.path, "own"), join(folder.path, "azurite")];
  for (const path of [own, persistence]) mkdirSync(path);
  const azurite = await startAzurite({ persistence });
  const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(
    "logs",
  );
  await container.create();
  const permissions = ContainerSASPermissions.parse("racwl");
  const containerUrl = await container.generateSasUrl({
    permissions,
    expiresOn: new Date(Date.now() + 86_400_000),
  });
  return {
    folder: own,
    container,
    containerUrl,
    async [Symbol.asyncDispose]() {
      await azurite.stop();
      folder[Symbol.dispose]();
    },
  };
}

test("a large log is stored from its start by a process that never uses 150 MiB", async ({ annotate }) => {
  await using store = await openLogStore();
  const source = join(store.folder, "app.log");
  const sizeBytes = scale.logBytes + 4_321;
  const { sha256 } = await pseudoRandomDigests("a long log", sizeBytes, source);

  const started = performance.now();
  const tracking = await runMeasured(
    program("track-log.mjs"),
    [store.containerUrl, source, "60000", "to-the-end"],
    {},
  );
  const seconds = Math.round((performance.now() - started) / 1_000);

  await annotate(
    `${Math.round(sizeBytes / mebibyte)} MiB in ${seconds} s, peak ${Math.round(tracking.peakRssBytes / mebibyte)} MiB`,
  );
  expect(tracking).toMatchObject({ exitCode: 0 });
  const tail = await runMeasured(program("tail-log.mjs"), [store.containerUrl], {});
  expect(JSON.parse(tail.stdout)).toEqual({ bytes: sizeBytes, sha256 });
  expect(tracking.peakRssBytes).toBeLessThan(150 * mebibyte);
});

test("5,000 lines a second, tracked every second and followed, arrive byte for byte", async ({
  annotate,
}) => {
  // Three minutes when the figures are taken; some seconds show the same.
  const seconds = process.env["TRACKING_LIVE_SECONDS"] ?? "12";
  await using store = await openLogStore();
  const source = join(store.folder, "app.log");
  const run = (name: string, ...parameters: string[]): ReturnType<typeof spawn> =>
    spawn(process.execPath, [program(name), ...parameters], { stdio: ["pipe", "pipe", "pipe"] });

  const tracker = run("track-log.mjs", store.containerUrl, source, "1000", "to-the-end-of-input");
  if (!tracker.stderr || !tracker.stdout) throw new Error("the streams of a child are pipes");
  const trackerSaid = text(tracker.stdout);
  await once(tracker.stderr, "data");
  const tail = run("tail-log.mjs", store.containerUrl);
  if (!tail.stdout) throw new Error("the streams of a child are pipes");
  const tailSaid = text(tail.stdout);
  await once(run("write-lines.mjs", source, "5000", seconds), "close");
  tracker.stdin?.end();

  const { bytes, sha256 } = JSON.parse(await tailSaid) as { bytes: number; sha256: string };
  const { user, system } = JSON.parse(await trackerSaid) as { user: number; system: number };
  await annotate(
    `${seconds} s: ${bytes} bytes; the tracker used ${((user + system) / 1e6).toFixed(1)} s of CPU`,
  );
  expect(sha256).toBe(await sha256OfFile(source));
});
