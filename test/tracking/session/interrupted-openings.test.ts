import { expect, test } from "vitest";

import { Semaphore } from "../../../src/core/index.js";
import { FileObservation } from "../../../src/tracking/session/file-observation.js";
import { openTrackedLog } from "../../../src/tracking/session/open-tracked-log.js";
import { TrackingSession } from "../../../src/tracking/session/tracking-session.js";
import { OpenFiles } from "../../../src/tracking/source/files/open-files.js";
import { SimulatedFiles, SimulatedFolder } from "../simulation/simulated-files.js";
import { createLogBlobs, type Outcome, SimulatedStore } from "../simulation/simulated-store.js";

const path = "/work/app.log";
const blobName = "t1/$TaskLog/app.log";
const retryPolicy = { maxAttempts: 3, delayInMs: 1, maxDelayInMs: 1 };

/** A folder with a log, and the store that it is tracked to. */
class Host {
  readonly folder = new SimulatedFolder(true);
  readonly store = new SimulatedStore();
  readonly lost: (readonly [number, number])[] = [];

  constructor() {
    this.folder.write("app.log", Buffer.from("a\n"));
  }

  get result() {
    const blob = this.store.blobs.get(blobName);
    return {
      stored: blob?.data.toString(),
      gaps: blob?.metadata["trackedlog_gaps"],
      isPending: blob?.metadata["trackedlog_lost"],
      lost: this.lost,
    };
  }

  async open(
    decide: (request: string) => Promise<Outcome> = () => Promise.resolve("ok"),
    { isObserved = false, blockLimit = 50_000 } = {},
  ): Promise<TrackingSession> {
    const files = new SimulatedFiles(this.folder, () => Promise.resolve());
    const sourcePlan = { access: { files, openFiles: new OpenFiles(8) }, path, isTracked: () => false };
    const observation = isObserved ? await FileObservation.start(sourcePlan) : undefined;
    const opened = await openTrackedLog(
      {
        blobs: createLogBlobs(this.store, decide),
        blobName,
        sourcePlan,
        observation,
        onExisting: "resume",
        attemptId: undefined,
        metadata: {},
        contentType: "text/plain",
        blockLimit,
        writeRetryPolicy: retryPolicy,
        openRetryPolicy: retryPolicy,
      },
      {},
    );
    await observation?.close();
    const session = new TrackingSession(
      {
        blobName,
        path,
        flushIntervalInMs: 1_000,
        adaptive: false,
        allowMissingSource: true,
        blockLimit,
        maxIntervalInMs: 1_000,
        explain: (error) => error,
        abortSignal: undefined,
        flushes: new Semaphore(1),
        times: undefined,
      },
      opened,
      [],
    );
    session.events = {
      flushed: () => undefined,
      rotated: () => undefined,
      timesFailed: () => undefined,
      lost: (knownBytes, position) => this.lost.push([knownBytes, position]),
    };
    return session;
  }

  /** Stores the file, and leaves its log unfinished: there is another file then. */
  async replaceUnfinished(): Promise<void> {
    const session = await this.open();
    await session.flush({});
    this.folder.remove("app.log");
    this.folder.pass(200);
    this.folder.write("app.log", Buffer.from("other\n"));
  }

  /** Answers the creation with a number like this after `meanwhile`; everything else is carried out. */
  answerCreation(number: number, outcome: Outcome, meanwhile: () => void = () => undefined) {
    let creations = 0;
    return (request: string): Promise<Outcome> => {
      if (request === "create") creations += 1;
      if (request !== "create" || creations !== number) return Promise.resolve("ok");
      meanwhile();
      return Promise.resolve(outcome);
    };
  }
}

test.each([0, 1, 2])(
  "a loss is reported once after %i restarts that were killed before their report",
  async (kills) => {
    const host = new Host();
    const first = await host.open();
    await first.flush({});
    host.folder.pass(200);
    host.folder.write("app.log", Buffer.from("b\n"));
    host.folder.remove("app.log");
    host.folder.pass(200);
    host.folder.write("app.log", Buffer.from("a\nc\n"));
    host.folder.pass(200);
    for (let kill = 0; kill < kills; kill += 1) await host.open();
    const last = await host.open();
    await last.finish({});
    expect(host.result).toEqual({ stored: "a\nc\n", gaps: "1", isPending: undefined, lost: [[0, 2]] });
  },
);

test.each<Outcome>(["ok", "lost-answer"])(
  "a file that is rotated away while its log is created is stored (answer of the creation: %s)",
  async (outcome) => {
    const host = new Host();
    const decide = host.answerCreation(1, outcome, () => {
      host.folder.rename("app.log", "other-name");
      host.folder.write("app.log", Buffer.from("b\n"));
      host.folder.remove("other-name");
    });
    const session = await host.open(decide, { isObserved: true });
    await session.finish({});
    expect(host.result).toEqual({ stored: "a\nb\n", gaps: "0", isPending: undefined, lost: [] });
  },
);

test.each<Outcome>(["ok", "lost-answer"])(
  "what was observed of a file that is emptied while its log is created counts as lost (answer of the creation: %s)",
  async (outcome) => {
    const host = new Host();
    host.folder.write("app.log", Buffer.from("b\n"));
    const decide = host.answerCreation(1, outcome, () => {
      host.folder.truncate("app.log");
      host.folder.write("app.log", Buffer.from("a\nc\n"));
    });
    const session = await host.open(decide, { isObserved: true });
    await session.finish({});
    expect(host.result).toMatchObject({ gaps: "1", lost: [[4, 0]] });
  },
);

test.each<Outcome>(["ok", "lost-answer"])(
  "the loss of an earlier file is reported once (answer of the creation of the next log: %s)",
  async (outcome) => {
    const host = new Host();
    await host.replaceUnfinished();
    // The first creation is that of the copy of the earlier attempt.
    const session = await host.open(host.answerCreation(2, outcome));
    await session.finish({});
    expect(host.result).toEqual({ stored: "other\n", gaps: "1", isPending: undefined, lost: [[0, 0]] });
  },
);

/** Moves the writers of all logs to another machine, and begins with another file. */
function moveToOtherMachine(host: Host): void {
  for (const { metadata } of host.store.blobs.values())
    if (metadata["trackedlog_writer"] !== undefined)
      metadata["trackedlog_writer"] = "00000000-0000-0000-0000-000000000000:other-boot:1:1:1";
  host.folder.remove("app.log");
  host.folder.pass(200);
  host.folder.write("app.log", Buffer.from("other\n"));
}

test.each([
  [false, "other\n"],
  [true, "other\nnext\n"],
])(
  "nothing counts as lost if a log of two parts of another machine cannot be kept at once (observed: %s)",
  async (isObserved, stored) => {
    const host = new Host();
    const first = await host.open(undefined, { blockLimit: 1 });
    await first.flush({});
    host.folder.write("app.log", Buffer.from("b\n"));
    await first.flush({});
    moveToOtherMachine(host);
    // The first creation is that of the copy of the other machine's log.
    const decide = host.answerCreation(1, "refused", () => {
      if (!isObserved) return;
      host.folder.rename("app.log", "other-name");
      host.folder.write("app.log", Buffer.from("next\n"));
      host.folder.remove("other-name");
    });
    const session = await host.open(decide, { isObserved });
    await session.finish({});
    expect(host.result).toEqual({ stored, gaps: "0", isPending: undefined, lost: [] });
  },
);

test("an append of a killed writer that is carried out while its log is kept is kept too", async () => {
  const host = new Host();
  await host.replaceUnfinished();
  let appends = 0;
  const session = await host.open((request) => {
    if (request === "append") appends += 1;
    const original = host.store.blobs.get(blobName);
    if (request === "append" && appends === 1 && original !== undefined)
      host.store.append(blobName, Buffer.from("late\n"), {
        etag: original.etag,
        position: original.data.length,
      });
    return Promise.resolve("ok");
  });
  await session.finish({});
  expect(host.result.stored).toBe("other\n");
  expect(Array.from(host.store.blobs.values(), ({ data }) => data.toString()).sort()).toEqual([
    "a\nlate\n",
    "other\n",
  ]);
});
