import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ContainerSASPermissions, type ContainerClient } from "@azure/storage-blob";

import { createDisposableFolder } from "../../support/create-disposable-folder.js";
import { startFaultProxy } from "../../support/fault-proxy.js";
import type { SharedAzurite } from "../../support/use-shared-azurite.js";
import { createJobId } from "../../support/create-job-id.js";
import { compareLogs } from "./compare-logs.js";
import { createRandomFaults } from "./random-faults.js";
import { randomNumbers } from "./random-numbers.mjs";
import { readStored, type StoredLog } from "./stored-log.js";
import { type Loss, TrackerProcess } from "./tracker-process.js";

export const manners = ["none", "rename", "copytruncate", "delete", "truncate", "replace"] as const;

export interface TortureResult {
  readonly seed: number;
  readonly manner: string;
  readonly kills: number;
  readonly faults: number;
  readonly writtenBytes: number;
  /** Where something else is stored than was written, or something is missing that no log reports; `undefined` otherwise. */
  readonly difference: string | undefined;
  /** Bytes that are missing, and reported. */
  readonly lostBytes: number;
  /** What a tracker said that it could not get. */
  readonly losses: readonly Loss[];
}

const blobName = "t1/$TaskLog/app.log";
const writerProgram = join(import.meta.dirname, "writer-program.mjs");

/** One file, written and rotated by one process, tracked by others that are killed one after the other, over a bad network. */
export async function runTortureRound(seed: number, azurite: SharedAzurite): Promise<TortureResult> {
  const random = randomNumbers(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const manner = manners[below(manners.length)] ?? "none";
  const blockLimit = random() < 0.4 ? 5 + below(20) : 50_000;
  const flushIntervalInMs = [1, 10, 40, 150][below(4)] ?? 10;
  const killAtMost = 1 + below(6);

  using folder = createDisposableFolder();
  const container = azurite.serviceClient().getContainerClient(createJobId("torture"));
  await container.create();
  const permissions = ContainerSASPermissions.parse("racwl");
  const sasUrl = await container.generateSasUrl({ permissions, expiresOn: new Date(Date.now() + 3_600_000) });
  await using proxy = await startFaultProxy(azurite.blobEndpoint, {
    onRequest: createRandomFaults(random, [0, 0.03, 0.1, 0.25][below(4)] ?? 0),
  });
  const path = join(folder.path, "app.log");
  const ledger = join(folder.path, "ledger");
  const order = {
    kind: "track",
    containerUrl: proxy.getUrlThrough(sasUrl),
    ...{ blobName, path, flushIntervalInMs, blockLimit },
  } as const;

  await writeFile(ledger, "");
  using processes = new Processes();
  let next = processes.startTracker();
  // What is rotated away before the file is tracked does not count.
  const first = await next;
  first.order(order);
  await first.waitUntilTracking();
  const writer = processes.startWriter([path, ledger, String(seed), manner, String(500 + below(2_500))], () =>
    waitUntilAllStored(container, ledger),
  );
  const losses: Loss[] = [];
  let kills = 0;
  while (!writer.isDone() || kills === 0) {
    const tracker = await next;
    if (tracker !== first) tracker.order(order);
    next = processes.startTracker();
    const life = kills < killAtMost ? wait(20 + below(700)) : writer.done;
    await Promise.race([life, writer.done.then(() => wait(below(300)))]);
    losses.push(...tracker.losses);
    await tracker.kill();
    kills += 1;
    if (random() < 0.5) {
      // What is still under way in the network would change the log while it is read.
      await proxy.waitUntilIdle();
      requireBeginning(await readStored(container, blobName), await readFile(ledger), seed);
    } else await wait(below(60));
  }
  await writer.done;
  proxy.onRequest = undefined;
  const last = await next;
  last.order(order);
  await last.waitUntilFinished();
  losses.push(...last.losses);

  await proxy.waitUntilIdle();
  const written = await readFile(ledger);
  const stored = await readStored(container, blobName);
  const faults = proxy.exchanges.filter(({ fault }) => fault !== undefined).length;
  const { difference, lostBytes } = judge(stored, written, true);
  await container.delete();
  return { seed, manner, kills, faults, writtenBytes: written.length, difference, lostBytes, losses };
}

/** The processes of a round, none of which outlives it. */
class Processes implements Disposable {
  readonly #trackers: TrackerProcess[] = [];
  readonly #writers: ChildProcess[] = [];

  async startTracker(): Promise<TrackerProcess> {
    const tracker = new TrackerProcess();
    this.#trackers.push(tracker);
    await tracker.waitUntilLoaded();
    return tracker;
  }

  startWriter(parameters: string[], untilRemovable: () => Promise<void>): Writer {
    const child = forkWriter(parameters);
    this.#writers.push(child);
    return followWriter(child, untilRemovable);
  }

  [Symbol.dispose](): void {
    for (const tracker of this.#trackers) tracker.dismiss();
    for (const writer of this.#writers) writer.kill("SIGKILL");
  }
}

interface Writer {
  readonly done: Promise<void>;
  readonly isDone: () => boolean;
}

function forkWriter(parameters: string[]): ChildProcess {
  return fork(writerProgram, parameters, { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
}

function followWriter(child: ChildProcess, untilRemovable: () => Promise<void>): Writer {
  let isDone = false;
  const removals: Promise<void>[] = [];
  child.on("message", (message) => {
    if (typeof message === "object" && "mayRemove" in message) {
      removals.push(
        untilRemovable().then(() => {
          child.send({ remove: true });
        }),
      );
    }
  });
  const done = once(child, "exit").then(async ([status]) => {
    await Promise.all(removals);
    isDone = true;
    if (status !== 0) throw new Error(`the writer ended with status ${String(status)}`);
  });
  return { done, isDone: () => isDone };
}

/** What is removed from a file is in the log only if it was in the file long enough to be read. */
async function waitUntilAllStored(container: ContainerClient, ledger: string): Promise<void> {
  // What is reported as lost never comes.
  for (;;) {
    const { content, gaps } = await readStored(container, blobName);
    const written = await readFile(ledger);
    const { missing } = compareLogs(content, written);
    const isEndStored = missing.every(({ at }) => at < content.length);
    if (content.length >= written.length || (gaps > 0 && isEndStored)) return;
    await wait(20);
  }
}

function requireBeginning(stored: StoredLog, written: Buffer, seed: number): void {
  const { difference } = judge(stored, written, false);
  if (difference !== undefined) throw new Error(`seed ${seed}: in the middle of the round, ${difference}`);
}

/** Everything stored was written, in that order; what is missing is reported, each time. */
function judge(
  { content, gaps }: StoredLog,
  written: Buffer,
  isEnd: boolean,
): { readonly difference: string | undefined; readonly lostBytes: number } {
  const { missing: all, foreignAt } = compareLogs(content, written);
  const missing = all.filter(({ at }) => isEnd || at < content.length);
  const lostBytes = missing.reduce((sum, { missing: bytes }) => sum + bytes.length, 0);
  const around = (at: number): string =>
    JSON.stringify(content.subarray(Math.max(0, at - 40), at + 60).toString());
  if (foreignAt !== undefined) {
    return {
      difference: `from byte ${foreignAt} on, something else is stored: ${around(foreignAt)}`,
      lostBytes,
    };
  }
  const places = missing.map(({ at, missing: bytes }) => `${bytes.length} at byte ${at}: ${around(at)}`);
  const difference =
    missing.length > gaps
      ? `bytes are missing of ${written.length}, ${gaps} times reported: ${places.join("; ")}`
      : undefined;
  return { difference, lostBytes };
}
