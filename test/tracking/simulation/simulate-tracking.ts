import { setImmediate as nextTurn } from "node:timers/promises";
import {
  isBatchOutputsError,
  isTransient,
  retry,
  type RetryPolicy,
  Semaphore,
} from "../../../src/core/index.js";
import { formatLogName } from "../../../src/tracking/log/log-names.js";
import { FileObservation } from "../../../src/tracking/session/file-observation.js";
import { openTrackedLog } from "../../../src/tracking/session/open-tracked-log.js";
import { TrackingSession } from "../../../src/tracking/session/tracking-session.js";
import { OpenFiles } from "../../../src/tracking/source/files/open-files.js";
import { randomNumbers } from "../support/random-numbers.mjs";
import { compareLines, type MissingLines, splitLines } from "./compare-lines.js";
import { SeenLines } from "./seen-lines.js";
import { SimulatedFiles, SimulatedFolder } from "./simulated-files.js";
import { createLogBlobs, type Outcome, SimulatedStore } from "./simulated-store.js";
import { type Reopening, type Rotation, rotations, SimulatedWriter } from "./simulated-writer.js";

/** What became of one simulated run. */
export interface SimulatedRun {
  readonly seed: number;
  /** What must not be; `undefined` when everything held. */
  readonly violation: string | undefined;
  readonly writtenBytes: number;
  readonly storedBytes: number;
  /** Bytes that are missing, and reported. */
  readonly lostBytes: number;
  /** Of those, bytes that are still in a file. */
  readonly lostOnDiskBytes: number;
  /** Bytes that were gone before anybody could see them: nothing can report them. */
  readonly unseenBytes: number;
  readonly restarts: number;
}

/** What a run is to have whatever its seed, to look for rare histories. */
export interface SimulatedWorld {
  readonly rotations?: readonly Rotation[];
  readonly recordsBirths?: boolean;
  readonly openFiles?: number;
  readonly hasBanner?: boolean;
  /** Whether a banner is sometimes written, and perhaps stored, before any line. */
  readonly hasBannerAlone?: boolean;
  /** When the program opens its new file after a rotation. */
  readonly reopens?: Reopening;
  /** Whether the tracker is never killed. */
  readonly survives?: boolean;
  /** Whether the file is observed while its log is being opened. */
  readonly observes?: boolean;
}

const blobName = "t1/app.log";
const path = "/work/app.log";
/** Of one call. Most end after a few; between the tries to open a log there are timers of a millisecond. */
const maxTurns = 200_000;
/** Of one call: hundreds are usual. A look examines all files beside the log, several times while they change. */
const maxFileOperations = 50_000;
const maxOperationsPerFile = 2_000;
const noEvents = { flushed: () => undefined, rotated: () => undefined, timesFailed: () => undefined };
const once: RetryPolicy = { maxAttempts: 1, delayInMs: 1, maxDelayInMs: 1 };
const thrice: RetryPolicy = { maxAttempts: 3, delayInMs: 0, maxDelayInMs: 0 };

/** One run: a writer, a tracker that is killed and started again, and a store, all by the seed. */
export async function simulateTracking(
  seed: number,
  trace?: (event: string) => void,
  world: SimulatedWorld = {},
): Promise<SimulatedRun> {
  return await new Simulation(seed, trace, world).run();
}

class Simulation {
  readonly #seed: number;
  readonly #random: () => number;
  readonly #folder: SimulatedFolder;
  readonly #writer: SimulatedWriter;
  readonly #store = new SimulatedStore();
  readonly #faultProbability: number;
  readonly #busyness: number;
  readonly #lateWrites: boolean;
  readonly #neighbours: boolean;
  readonly #openFiles: number;
  readonly #survives: boolean;
  readonly #observes: boolean;
  readonly #blockLimit: number;
  #tracker: Tracker | undefined;
  #isAway = false;
  readonly #trace: (event: string) => void;
  readonly #isTraced: boolean;
  #depth = 0;
  #restarts = 0;
  #checkedChanges = 0;

  constructor(seed: number, trace: ((event: string) => void) | undefined, world: SimulatedWorld) {
    this.#seed = seed;
    this.#isTraced = trace !== undefined;
    this.#trace = trace ?? (() => undefined);
    this.#random = randomNumbers(seed);
    const below = (limit: number): number => this.#below(limit);
    const recordsBirths = below(20) > 0;
    this.#folder = new SimulatedFolder(world.recordsBirths ?? recordsBirths);
    const manner = rotations[below(rotations.length)] ?? "none";
    const other = rotations[below(rotations.length)] ?? "none";
    const manners = below(4) === 0 ? [manner, other] : [manner];
    const hasBanner = below(4) === 0;
    const keepsPosition = below(5) === 0;
    this.#writer = new SimulatedWriter(this.#folder, {
      rotations: world.rotations ?? manners,
      hasBanner: world.hasBanner ?? hasBanner,
      hasBannerAlone: world.hasBannerAlone ?? false,
      keepsPosition,
      hasLongLines: keepsPosition && seed % 4 === 0,
      // Not a random number: the others stay what they were before any program went on with its own file.
      reopens: world.reopens ?? (["late", "never"] as const)[(seed % 6) - 4] ?? "at once",
      below,
      trace: this.#trace,
    });
    this.#faultProbability = [0, 0, 0.05, 0.2, 0.4][below(5)] ?? 0;
    this.#busyness = [0, 0.01, 0.03, 0.1][below(4)] ?? 0;
    this.#lateWrites = below(5) === 0;
    this.#neighbours = below(3) === 0;
    const openFiles = [256, 256, 256, 1, 2][below(5)] ?? 256;
    this.#openFiles = world.openFiles ?? openFiles;
    this.#survives = world.survives ?? false;
    // Not a random number: the others stay what they were before anything was observed.
    this.#observes = world.observes ?? seed % 4 === 1;
    this.#blockLimit = below(3) === 0 ? 2 + below(5) : 50_000;
  }

  async run(): Promise<SimulatedRun> {
    const steps = 20 + this.#below(60);
    let violation: string | undefined;
    try {
      // What is rotated away before the file is tracked does not count.
      this.#isQuiet = true;
      await this.#guarded(() => Promise.resolve());
      this.#isQuiet = false;
      for (let step = 0; step < steps && violation === undefined; step += 1) {
        await this.#step();
        if (step % 10 === 9 && this.#hasStored()) violation = this.#check(false).violation;
      }
      await this.#finish();
    } catch (error) {
      violation ??= error instanceof Error ? (error.stack ?? error.message) : "unknown error";
    }
    const end = this.#check(true);
    if (this.#isTraced) this.#traceContents();
    return { seed: this.#seed, restarts: this.#restarts, ...end, violation: violation ?? end.violation };
  }

  #traceContents(): void {
    for (const name of this.#folder.names) this.#trace(`${name}: ${shorten(this.#folder.content(name))}`);
    const { stored, gaps } = this.#stored();
    this.#trace(`stored: ${shorten(stored)}, gaps at ${gaps.join(" ")}`);
  }

  async #step(): Promise<void> {
    this.#folder.pass(this.#below(3) === 0 ? 200 * this.#random() : this.#random());
    const choice = this.#below(100);
    this.#trace(choice < 40 ? "writer" : choice < 60 ? "look" : choice < 88 ? "flush" : "other");
    if (choice < 40) this.#writerStep();
    else if (choice < 60) {
      await this.#guarded(async (tracker) => {
        await tracker.session?.look();
      });
    } else if (choice < 88) await this.#flush();
    else if (choice < 93) this.#kill();
    else if (choice < 96) this.#isAway = !this.#isAway;
    else if (this.#store.late.length > 0) this.#store.releaseLate((count) => this.#below(count));
  }

  /** Everything is well from here on: what can be stored is stored. */
  async #finish(): Promise<void> {
    this.#isQuiet = true;
    this.#isAway = false;
    for (const name of this.#folder.names) this.#folder.setReadable(name, true);
    while (this.#store.late.length > 0) this.#store.releaseLate(() => 0);
    await this.#guarded(async (tracker) => {
      await retry(async () => await tracker.session?.finish({}), {
        policy: { maxAttempts: 3, delayInMs: 0, maxDelayInMs: 0 },
        isRetriable: mayFail,
      });
    });
  }

  #isQuiet = false;
  #fileOperations = 0;

  #writerStep(): void {
    const choice = this.#below(20);
    if (choice < 14) this.#writer.write();
    else if (choice < 17) this.#writer.rotate();
    else if (choice < 18 && this.#lateWrites) this.#writer.writeLate(this.#store.gaps.length);
    else if (choice < 19 && this.#neighbours) this.#neighbourStep();
    else this.#folder.pass(30 * this.#random());
  }

  /** Other programs write beside the log, under names that look like its own. */
  #neighbourStep(): void {
    const name =
      ["app.1.log", "app-2.log", "app.log.old", "apple.log", "app.log.gz"][this.#below(5)] ?? "app.1.log";
    const foreign = Buffer.from(`foreign ${this.#below(1_000_000)}\n`);
    const isNew = !this.#folder.has(name);
    this.#folder.write(
      name,
      isNew ? Buffer.concat([Buffer.from("=== the program 1.0 ===\n"), foreign]) : foreign,
    );
    this.#folder.setReadable(name, this.#below(2) === 0);
  }

  async #flush(): Promise<void> {
    await this.#guarded(async (tracker) => {
      tracker.abort = this.#below(6) === 0 ? new AbortController() : undefined;
      await tracker.session?.flush({ abortSignal: tracker.abort?.signal });
    });
  }

  #kill(): void {
    if (this.#survives) return;
    this.#trace("killed");
    this.#tracker = undefined;
    this.#restarts += 1;
  }

  /** Calls with a tracker that lives; what fails as it may is tried again later. A tracker that is killed answers no more. */
  async #guarded(call: (tracker: Tracker) => Promise<void>): Promise<void> {
    const tracker = this.#tracker ?? {
      session: undefined,
      observation: undefined,
      abort: undefined,
      isDead: false,
      seen: new SeenLines(),
    };
    this.#tracker = tracker;
    this.#fileOperations = 0;
    const work = (async () => {
      if (tracker.session === undefined && tracker.observation === undefined) tracker.seen.clear();
      tracker.session ??= await this.#open(tracker);
      await call(tracker);
    })();
    let outcome: { readonly error?: Error } | undefined;
    work.then(
      () => {
        outcome = {};
      },
      (error: unknown) => {
        outcome = {
          error: error instanceof Error ? error : new Error("no error was thrown", { cause: error }),
        };
      },
    );
    for (let turns = 0; outcome === undefined && !tracker.isDead; turns += 1) {
      if (turns > maxTurns) throw new Error("it hangs");
      await nextTurn();
    }
    if (tracker.isDead) this.#kill();
    const error = (outcome as { error?: Error } | undefined)?.error;
    if (error !== undefined && (this.#isQuiet || !mayFail(error))) throw error;
  }

  async #open(tracker: Tracker): Promise<TrackingSession> {
    const pause = (operation: string): Promise<void> => this.#pause(tracker, operation);
    const blobs = createLogBlobs(this.#store, (request) => this.#decide(tracker, request));
    const access = {
      files: new SimulatedFiles(this.#folder, pause, tracker.seen),
      openFiles: new OpenFiles(this.#openFiles),
    };
    const sourcePlan = { access, path, isTracked: () => false };
    // It is kept if the call fails, until that is repeated.
    if (this.#observes)
      tracker.observation ??= await FileObservation.start(sourcePlan, { isInBackground: false });
    const opened = await openTrackedLog(
      {
        observation: tracker.observation,
        blobs,
        blobName,
        sourcePlan,
        onExisting: "resume",
        attemptId: undefined,
        metadata: {},
        contentType: "text/plain",
        blockLimit: this.#blockLimit,
        writeRetryPolicy: once,
        openRetryPolicy: this.#observes ? thrice : once,
      },
      {},
    );
    const { observation } = tracker;
    tracker.observation = undefined;
    await observation?.close();
    const session = new TrackingSession(
      {
        blobName,
        path,
        flushIntervalInMs: 1_000,
        adaptive: false,
        allowMissingSource: true,
        blockLimit: this.#blockLimit,
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
      ...noEvents,
      lost: (_knownBytes, position) => {
        this.#store.reportGap(blobName, position);
      },
    };
    return session;
  }

  /** Before every look at a file: others may do something. */
  async #pause(tracker: Tracker, operation: string): Promise<void> {
    await this.#liveOn(tracker);
    this.#fileOperations += 1;
    const limit = Math.max(maxFileOperations, maxOperationsPerFile * this.#folder.names.length);
    if (this.#fileOperations > limit) throw new Error("it looks at files for ever");
    this.#trace(`    ${operation}`);
    this.#folder.pass(0.05);
    if (!this.#isQuiet && this.#random() < this.#busyness) this.#writerStep();
  }

  /** What becomes of a request; while it is under way, the file is written, rotated and looked at. */
  async #decide(tracker: Tracker, request: string): Promise<Outcome> {
    await this.#liveOn(tracker);
    if (this.#isQuiet) return "ok";
    this.#folder.pass(5 * this.#random());
    if (this.#random() < this.#busyness * 3) {
      for (let left = this.#below(6); left > 0; left -= 1) {
        this.#writerStep();
        const looked = tracker.session ?? tracker.observation;
        // A look that waited for the request would never end.
        if (this.#below(3) === 0 && looked !== undefined && this.#depth === 0) {
          this.#depth += 1;
          await looked.look().catch(passOver);
          this.#depth -= 1;
        }
      }
    }
    await this.#liveOn(tracker);
    const outcome = this.#outcome();
    this.#trace(`${request}: ${outcome}`);
    if (tracker.abort !== undefined && this.#below(3) === 0) tracker.abort.abort();
    return outcome;
  }

  #outcome(): Outcome {
    if (this.#isAway) return "unsent";
    if (this.#random() >= this.#faultProbability) return "ok";
    return (["refused", "unsent", "lost-answer", "late", "twice"] as const)[this.#below(5)] ?? "ok";
  }

  /** A killed tracker does nothing any more. */
  async #liveOn(tracker: Tracker): Promise<void> {
    if (!this.#isQuiet && !tracker.isDead && this.#random() < 0.002) tracker.isDead = !this.#survives;
    if (tracker.isDead || tracker !== this.#tracker) await new Promise(() => undefined);
  }

  /** Whether the store has changed since this was called last. */
  #hasStored(): boolean {
    const { changes } = this.#store;
    const hasStored = changes > this.#checkedChanges;
    this.#checkedChanges = changes;
    return hasStored;
  }

  #check(isEnd: boolean): Omit<SimulatedRun, "seed" | "restarts"> {
    const { stored, gaps, longestHole } = this.#stored();
    const written = this.#written(stored);
    const onDisk = new Lazy(() => this.#linesOnDisk());
    const countOnDisk = (lines: readonly string[]): number =>
      countBytes(lines.filter((line) => isNumbered(line) && onDisk.value.has(line)));
    const isReported = ({ at, earliestAt }: MissingLines): boolean =>
      (at === stored.length && !isEnd) || gaps.some((gap) => gap <= at && gap >= earliestAt);
    const isUnseen = ({ lines }: MissingLines): boolean =>
      countOnDisk(lines) === 0 && !this.#isAnySeen(lines);
    const { missing, foreignAt } = compareLines(
      { content: stored, gaps, isUnfinished: !isEnd },
      written,
      (each) => isReported(each) || isUnseen(each),
    );
    const text = (at: number): string =>
      JSON.stringify(stored.subarray(Math.max(0, at - 60), at + 60).toString());
    const sums = { lostBytes: 0, lostOnDiskBytes: 0, unseenBytes: 0 };
    let violation =
      foreignAt === undefined ? undefined : `foreign or repeated at ${foreignAt}: ${text(foreignAt)}`;
    if (longestHole.length >= blockBytes)
      violation ??= `a hole of ${longestHole.length} bytes is stored: ${text(longestHole.at)}`;
    for (const each of missing) {
      const { at, lines } = each;
      if (at === stored.length && !isEnd) continue;
      const bytes = countBytes(lines);
      if (isReported(each)) {
        sums.lostBytes += bytes;
        sums.lostOnDiskBytes += countOnDisk(lines);
      } else if (isUnseen(each)) sums.unseenBytes += bytes;
      else
        violation ??= `${bytes} bytes are missing at ${at} of ${stored.length}, ${countOnDisk(lines)} of them in a file, and not reported: ${JSON.stringify(lines.join("").slice(0, 80))}; before: ${text(at)}`;
    }
    if (isEnd) violation ??= this.#findSilentLateLine(stored);
    return { violation, writtenBytes: written.length, storedBytes: stored.length, ...sums };
  }

  /**
   * A late line that is still in one of the last two renamed files, of which everything else is stored, must be reported. Not if the file was
   * empty when it was renamed: nothing proves that a file that no look has seen under the path belongs to the log.
   */
  #findSilentLateLine(stored: Buffer): string | undefined {
    if (!this.#folder.recordsBirths) return undefined;
    const onDisk = this.#linesOnDisk();
    const text = stored.toString();
    const silent = this.#writer.lateLines.find(
      ({ line, generation, gaps }) =>
        gaps === this.#store.gaps.length &&
        generation.content.length > 0 &&
        onDisk.has(line) &&
        !text.includes(line) &&
        text.includes(generation.content.toString()),
    );
    return silent && `a late line is neither stored nor reported: ${JSON.stringify(silent.line)}`;
  }

  /** Whether the tracker that runs now has read one of the lines: then it can report it. */
  #isAnySeen(lines: readonly string[]): boolean {
    const seen = this.#tracker?.seen;
    return seen !== undefined && lines.some((line) => isNumbered(line) && seen.has(line));
  }

  #linesOnDisk(): Set<string> {
    return new Set(this.#folder.names.flatMap((name) => splitLines(this.#folder.content(name))));
  }

  /** What was written, with the late lines that are stored. */
  #written(stored: Buffer): Buffer {
    const parts = this.#writer.generations.map(({ content, late }) => {
      const lines = late.toString().split(/(?<=\n)/u);
      return Buffer.concat([
        content,
        ...lines.map((line) => Buffer.from(line)).filter((line) => line.length > 0 && stored.includes(line)),
      ]);
    });
    return Buffer.concat(parts);
  }

  /** All attempts in their order, and where they say that bytes are missing. */
  #stored(): StoredContent {
    const attempts: (number | undefined)[] = [];
    for (
      let attempt = 1;
      this.#store.blobs.has(formatLogName({ path: blobName, attempt, part: 1 }));
      attempt += 1
    )
      attempts.push(attempt);
    const contents: Buffer[] = [];
    const gaps: number[] = [];
    let base = 0;
    const latestId = this.#store.blobs.get(blobName)?.metadata["trackedlog_id"];
    for (const attempt of [...attempts, undefined]) {
      const first = this.#store.blobs.get(formatLogName({ path: blobName, attempt, part: 1 }));
      const logId = first?.metadata["trackedlog_id"];
      // The copy of an attempt is there before the log that it was made of is replaced.
      if (attempt !== undefined && logId === latestId) continue;
      for (const gap of this.#store.gaps) if (gap.logId === logId) gaps.push(base + gap.position);
      let isContinued = true;
      for (let part = 1; isContinued; part += 1) {
        const blob = this.#store.blobs.get(formatLogName({ path: blobName, attempt, part }));
        if (blob?.metadata["trackedlog_id"] !== logId || blob === undefined) break;
        contents.push(blob.data);
        base += blob.data.length;
        isContinued = blob.metadata["trackedlog_continued"] === "true";
      }
    }
    return withoutNuls(Buffer.concat(contents), gaps);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

/** Computed when it is needed. */
class Lazy<T> {
  readonly #compute: () => T;
  #computed: { readonly value: T } | undefined;

  constructor(compute: () => T) {
    this.#compute = compute;
  }

  get value(): T {
    this.#computed ??= { value: this.#compute() };
    return this.#computed.value;
  }
}

interface Tracker {
  session: TrackingSession | undefined;
  /** What has been seen of the file while its log is being opened. */
  observation: FileObservation | undefined;
  /** What ends the flush that is under way. */
  abort: AbortController | undefined;
  isDead: boolean;
  /** What it has read of the files since it began to open its log. */
  readonly seen: SeenLines;
}

function shorten(content: Buffer): string {
  return content
    .toString()
    .replaceAll(/line 0*(\d+) x*\n/gu, "$1 ")
    .replaceAll("\n", "|")
    .replaceAll("\0", "0");
}

/** What is stored, without the NULs of holes. */
interface StoredContent {
  readonly stored: Buffer;
  readonly gaps: readonly number[];
  readonly longestHole: { readonly at: number; readonly length: number };
}

const blockBytes = 4096;

/** A hole that is smaller than a block of the disk cannot always be distinguished from NULs that were written. */
function withoutNuls(content: Buffer, gaps: readonly number[]): StoredContent {
  if (!content.includes(0)) return { stored: content, gaps, longestHole: { at: 0, length: 0 } };
  const kept: Buffer[] = [];
  const holes: { readonly start: number; readonly end: number; readonly at: number }[] = [];
  let at = 0;
  for (let start = 0; start < content.length;) {
    const nul = content.indexOf(0, start);
    const hole = nul < 0 ? content.length : nul;
    kept.push(content.subarray(start, hole));
    at += hole - start;
    let end = hole;
    while (content[end] === 0) end += 1;
    holes.push({ start: hole, end, at });
    start = end;
  }
  const [longest] = holes.toSorted((one, other) => other.end - other.start - (one.end - one.start));
  const countNuls = (before: number): number =>
    holes.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end, before) - start), 0);
  return {
    stored: Buffer.concat(kept),
    gaps: gaps.map((gap) => gap - countNuls(gap)),
    longestHole: { at: longest?.at ?? 0, length: longest === undefined ? 0 : longest.end - longest.start },
  };
}

function mayFail(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === "AbortError" || isTransient(error)) return true;
  if ("code" in error && error.code === "EACCES") return true;
  if ("statusCode" in error && error.statusCode === 412) return true;
  return isBatchOutputsError(error) && error.code === "StoreUnreachable";
}

function passOver(error: unknown): void {
  if (!mayFail(error)) throw error;
}

function countBytes(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0);
}

/** Other lines are the same in several files. */
function isNumbered(line: string): boolean {
  return line.startsWith("line ");
}
