import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ContainerSASPermissions, type ContainerClient } from "@azure/storage-blob";

import { createDisposableFolder } from "../../support/create-disposable-folder.js";
import { type FaultProxy, startFaultProxy } from "../../support/fault-proxy.js";
import type { SharedAzurite } from "../../support/use-shared-azurite.js";
import { createJobId } from "../../support/create-job-id.js";
import { compareLogs } from "./compare-logs.js";
import { createRandomFaults } from "./random-faults.js";
import { randomNumbers } from "./random-numbers.mjs";
import { readStored, type StoredLog } from "./stored-log.js";
import { type Outage, planTorture } from "./torture-plan.js";
import { type Loss, TrackerProcess } from "./tracker-process.js";
import { type WriterPlan, WriterProcess } from "./writer-process.js";

export interface TortureResult {
  readonly seed: number;
  readonly manners: string;
  readonly logs: number;
  readonly outageInMs: number;
  readonly kills: number;
  readonly faults: number;
  readonly writtenBytes: number;
  /**
   * Where something else is stored than was written, or something is missing that no log reports; `undefined`
   * otherwise.
   */
  readonly difference: string | undefined;
  /** Bytes that are missing, and reported. */
  readonly lostBytes: number;
  /** What a tracker reported as lost. */
  readonly losses: readonly Loss[];
}

/** A file that is tracked. */
interface TorturedLog {
  readonly path: string;
  readonly ledger: string;
  readonly blobName: string;
}

/**
 * Files, each written and rotated by a process of its own, all tracked by others that are killed one after the other,
 * over a bad network.
 */
export async function runTortureRound(
  seed: number,
  azurite: SharedAzurite,
  maxOutageInMs: number,
): Promise<TortureResult> {
  const random = randomNumbers(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const plan = planTorture(random, maxOutageInMs);
  const { manners, outage, flushIntervalInMs, blockLimit, lineCount, pauseInMs, banner } = plan;

  using folder = createDisposableFolder();
  const container = azurite.serviceClient().getContainerClient(createJobId("torture"));
  await container.create();
  const permissions = ContainerSASPermissions.parse("racwl");
  const sasUrl = await container.generateSasUrl({ permissions, expiresOn: new Date(Date.now() + 3_600_000) });
  await using proxy = await startFaultProxy(azurite.blobEndpoint, {
    onRequest: createRandomFaults(random, plan.faultProbability),
  });
  const logs = plan.names.map((name) => ({
    path: join(folder.path, name),
    ledger: join(folder.path, `ledger of ${name}`),
    blobName: `t1/$TaskLog/${name}`,
  }));
  const order = {
    kind: "track",
    containerUrl: proxy.getUrlThrough(sasUrl),
    logs: logs.map(({ path, blobName }) => ({ path, blobName })),
    flushIntervalInMs,
    blockLimit,
  } as const;

  for (const { ledger } of logs) await writeFile(ledger, "");
  using processes = new Processes();
  let next = processes.startTracker();
  // What is rotated away before the file is tracked does not count.
  const first = await next;
  first.order(order);
  await first.waitUntilTracking();
  const writers = logs.map(({ path, ledger, blobName }, index) =>
    processes.startWriter(
      { path, ledger, seed: seed * 10 + index, manners, lineCount, pauseInMs, banner },
      () => untilAllStored(container, blobName, ledger),
    ),
  );
  const isWritten = Promise.all(writers.map(({ done }) => done));
  const outageOver = outage === undefined ? Promise.resolve() : breakStore(proxy, outage);
  const losses: Loss[] = [];
  let kills = 0;
  while (!writers.every(({ isDone }) => isDone) || kills === 0) {
    const tracker = await next;
    if (tracker !== first) tracker.order(order);
    next = processes.startTracker();
    const life = kills < plan.maxKills ? wait(20 + below(plan.maxLifeInMs)) : isWritten;
    // One that cannot open its logs, because the store does not answer, ends by itself.
    await Promise.race([life, tracker.untilEnded(), isWritten.then(() => wait(below(300)))]);
    losses.push(...tracker.losses);
    await tracker.kill();
    kills += 1;
    if (random() < 0.5) {
      // What is still under way in the network would change the log while it is read.
      await proxy.waitUntilIdle();
      for (const log of logs) requireBeginning(await compare(container, log, false), seed);
    } else await wait(below(60));
  }
  await isWritten;
  await outageOver;
  proxy.onRequest = undefined;
  const last = await next;
  last.order(order);
  await last.waitUntilFinished();
  losses.push(...last.losses);

  await proxy.waitUntilIdle();
  const results = await Promise.all(logs.map((log) => compare(container, log, true)));
  await container.delete();
  return {
    seed,
    manners: manners.join(","),
    logs: logs.length,
    outageInMs: outage?.durationInMs ?? 0,
    kills,
    faults: proxy.exchanges.filter(({ fault }) => fault !== undefined).length,
    writtenBytes: results.reduce((sum, { writtenBytes }) => sum + writtenBytes, 0),
    difference: results.find(({ difference }) => difference !== undefined)?.difference,
    lostBytes: results.reduce((sum, { lostBytes }) => sum + lostBytes, 0),
    losses,
  };
}

/** The processes of a round, none of which outlives it. */
class Processes implements Disposable {
  readonly #all: { dismiss(): void }[] = [];

  async startTracker(): Promise<TrackerProcess> {
    const tracker = new TrackerProcess();
    this.#all.push(tracker);
    await tracker.waitUntilLoaded();
    return tracker;
  }

  startWriter(plan: WriterPlan, untilRemovable: () => Promise<void>): WriterProcess {
    const writer = new WriterProcess(plan, untilRemovable);
    this.#all.push(writer);
    return writer;
  }

  [Symbol.dispose](): void {
    for (const each of this.#all) each.dismiss();
  }
}

/** Takes the store away for a time. */
async function breakStore(proxy: FaultProxy, { afterInMs, durationInMs, isStall }: Outage): Promise<void> {
  await wait(afterInMs);
  const { onRequest } = proxy;
  const until = wait(durationInMs);
  proxy.onRequest = () => (isStall ? { kind: "delay", until } : { kind: "cut-before" });
  await until;
  proxy.onRequest = onRequest;
}

/** What is removed from a file is in the log only if it was in the file long enough to be read. */
async function untilAllStored(container: ContainerClient, blobName: string, ledger: string): Promise<void> {
  // What is reported as lost never comes. Asking ever more rarely leaves the processor to those that are tested.
  for (let pauseInMs = 20; ; pauseInMs = Math.min(1.3 * pauseInMs, 300)) {
    const { content, gaps } = await readStored(container, blobName);
    const written = await readFile(ledger);
    const { missing } = compareLogs(content, written);
    const isEndStored = missing.every(({ at }) => at < content.length);
    if (content.length >= written.length || (gaps > 0 && isEndStored)) return;
    await wait(pauseInMs);
  }
}

interface Judgement {
  readonly difference: string | undefined;
  readonly lostBytes: number;
}

async function compare(
  container: ContainerClient,
  { blobName, ledger }: TorturedLog,
  isEnd: boolean,
): Promise<Judgement & { readonly writtenBytes: number }> {
  const stored = await readStored(container, blobName);
  const written = await readFile(ledger);
  return { ...judge(stored, written, isEnd), writtenBytes: written.length };
}

function requireBeginning({ difference }: Judgement, seed: number): void {
  if (difference !== undefined) throw new Error(`seed ${seed}: in the middle of the round, ${difference}`);
}

/** Everything stored was written, in that order; what is missing is reported, each time. */
function judge({ content, gaps }: StoredLog, written: Buffer, isEnd: boolean): Judgement {
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
