import { randomUUID } from "node:crypto";
import { BatchOutputsError, isTransient, type OperationOptions, pause } from "../../core/index.js";
import {
  type AppendBlobs,
  type BlobState,
  isWrongBlobType,
  isWrongVersion,
  serviceErrorStatus,
} from "../../storage/index.js";
import { anotherWriter } from "../log/another-writer.js";
import { AppendLog } from "../log/append-log.js";
import { Generation } from "../source/generation.js";
import { keepAttempt } from "../log/keep-attempt.js";
import { formatLogName } from "../log/log-names.js";
import { type LogPart, totalBytes, walkLog } from "../log/log-parts.js";
import { formatLogState, type LogState, othersIn } from "../log/log-state.js";
import { lately, matchSource } from "../source/resume-source.js";
import { identityOf, seeFile } from "../source/file-stat.js";
import { SourceTrail } from "../source/source.js";
import { isAlive, newWriterId } from "../log/writer-id.js";

/** What to do when a log (or anything else) is stored under the name already. */
export type OnExisting = "resume" | "keep" | "replace" | "fail";

/** What was found in the store when a file began to be tracked, and what was done about it. */
export interface TrackedFileOpening {
  /** `created`: nothing was there. `resumed`: the log goes on. `kept`: it was another's, and is kept. `replaced`: it is no more. */
  readonly outcome: "created" | "resumed" | "kept" | "replaced";
  /** How many bytes were stored already: 0 unless resumed. */
  readonly position: number;
  /** The blob name of the former attempt's log, when it was kept. */
  readonly keptAs: string | undefined;
}

export interface LogPlan {
  readonly blobs: AppendBlobs;
  readonly blobName: string;
  readonly path: string;
  readonly onExisting: OnExisting;
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly blockLimit: number;
}

export interface OpenedLog {
  readonly log: AppendLog;
  readonly trail: SourceTrail;
  readonly opening: TrackedFileOpening;
}

const triesAtMost = 6;

/** Finds or makes the log for a file, and claims it: from here on every other writer's appends are refused. */
export async function openLog(plan: LogPlan, options: OperationOptions): Promise<OpenedLog> {
  const opener = new LogOpener(plan, options);
  for (let tries = 1; ; tries += 1) {
    try {
      return await opener.open();
    } catch (error) {
      // Somebody was faster, or an answer was lost: what is stored now tells which.
      if (tries >= triesAtMost || !(isWrongVersion(error) || isTransient(error))) throw error;
      await pause(100 * 2 ** tries, options.abortSignal);
    }
  }
}

class LogOpener {
  readonly #plan: LogPlan;
  readonly #options: OperationOptions;
  readonly #writer = newWriterId();
  #kept: { outcome: "kept" | "replaced"; keptAs: string | undefined } | undefined;

  constructor(plan: LogPlan, options: OperationOptions) {
    this.#plan = plan;
    this.#options = options;
  }

  async open(): Promise<OpenedLog> {
    const { blobs, blobName, onExisting } = this.#plan;
    const found = await blobs.state(blobName, this.#options);
    if (found === undefined) return await this.#create("nothing", 1);
    const parts = await walkLog(blobs, blobName, found, this.#options);
    const { state } = lastOf(parts);
    // Made or claimed by an earlier try of this very call, whose answer was lost.
    const isOurs = state?.writer === this.#writer;
    if (!isOurs && state?.writer !== undefined && isAlive(state.writer)) throw anotherWriter(blobName, state);
    if (!isOurs && onExisting === "fail") throw exists(blobName);
    const isToBeResumed = isOurs || onExisting === "resume";
    const resumed = isToBeResumed && found.type === "AppendBlob" ? await this.#resume(parts) : undefined;
    if (resumed !== undefined) return resumed;
    return await this.#startOver(parts);
  }

  async #resume(parts: readonly [LogPart, ...LogPart[]]): Promise<OpenedLog | undefined> {
    const { blobs, path, blockLimit } = this.#plan;
    const last = lastOf(parts);
    const end = totalBytes(parts);
    const state = last.state ?? this.#fresh(1);
    const range = { blobs, parts, start: last.state?.generationStart ?? 0, end };
    const trail = await matchSource(path, last.state, range, this.#options);
    if (trail === undefined) return undefined;
    const { current } = trail;
    const file = current?.begun === true ? current.identity : state.file;
    const claimed: LogState = { ...state, file, writer: this.#writer, finishedAt: undefined };
    const metadata = formatLogState(claimed, { ...othersIn(last.blob.metadata), ...this.#plan.metadata });
    const etag = await this.#claim(trail, () =>
      blobs.setMetadata(last.name, last.blob.etag, metadata, this.#options),
    );
    const part = { name: last.name, blob: { ...last.blob, etag, metadata }, state: claimed };
    const opening = this.#kept ?? {
      outcome: end === 0 && last.state === undefined ? "created" : "resumed",
      keptAs: undefined,
    };
    return { log: new AppendLog(blobs, part, blockLimit), trail, opening: { ...opening, position: end } };
  }

  /** Files that were opened to be compared are not left open when the claim fails. */
  async #claim<T>(trail: SourceTrail, claim: () => Promise<T>): Promise<T> {
    try {
      return await claim();
    } catch (error) {
      await trail.close();
      throw error;
    }
  }

  async #startOver(parts: readonly [LogPart, ...LogPart[]]): Promise<OpenedLog> {
    const { blobs, blobName, onExisting } = this.#plan;
    const [first] = parts;
    const isKept = onExisting !== "replace";
    const attempt = isKept ? await keepAttempt(blobs, parts, this.#options) : (first.state?.attempt ?? 1);
    const keptAs = isKept ? formatLogName({ path: blobName, attempt, part: 1 }) : undefined;
    this.#kept = { outcome: isKept ? "kept" : "replaced", keptAs };
    return await this.#create(first.blob, isKept ? attempt + 1 : attempt);
  }

  async #create(over: BlobState | "nothing", attempt: number): Promise<OpenedLog> {
    const { blobs, blobName, path, contentType, blockLimit } = this.#plan;
    const now = await seeFile(path);
    const since = now?.modifiedNs ?? lately();
    const state: LogState = { ...this.#fresh(attempt), file: now && identityOf(now), since };
    const metadata = formatLogState(state, this.#plan.metadata);
    const etag = await this.#createBlob(over, { metadata, contentType });
    const blob: BlobState = { etag, type: "AppendBlob", sizeBytes: 0, blockCount: 0, metadata, contentType };
    const trail = new SourceTrail(path, since, now === undefined ? [] : [new Generation(now, true)]);
    const opening = { ...(this.#kept ?? { outcome: "created", keptAs: undefined }), position: 0 } as const;
    return { log: new AppendLog(blobs, { name: blobName, blob, state }, blockLimit), trail, opening };
  }

  async #createBlob(
    over: BlobState | "nothing",
    content: { metadata: Record<string, string>; contentType: string },
  ): Promise<string> {
    const { blobs, blobName } = this.#plan;
    try {
      return await blobs.create(blobName, over, content, this.#options);
    } catch (error) {
      if (!isWrongBlobType(error) || over === "nothing") throw error;
      await this.#removeOtherType(over);
      return await blobs.create(blobName, "nothing", content, this.#options);
    }
  }

  /** The service does not change the type of a blob: it has to go first. It is kept already, unless it was to be replaced. */
  async #removeOtherType(blob: BlobState): Promise<void> {
    const { blobs, blobName } = this.#plan;
    try {
      await blobs.delete(blobName, blob.etag, this.#options);
    } catch (error) {
      if (serviceErrorStatus(error) !== 403) throw error;
      throw otherType(blobName, blob.type, error);
    }
  }

  #fresh(attempt: number): LogState {
    return {
      logId: randomUUID(),
      attempt,
      part: 1,
      baseBytes: 0,
      generationStart: 0,
      file: undefined,
      since: lately(),
      writer: this.#writer,
      rotations: 0,
      gaps: 0,
      continued: false,
      finishedAt: undefined,
      keptFrom: undefined,
    };
  }
}

function lastOf(parts: readonly [LogPart, ...LogPart[]]): LogPart {
  return parts.at(-1) ?? parts[0];
}

function exists(blobName: string): BatchOutputsError {
  return new BatchOutputsError(
    "OutputExists",
    `"${blobName}" is stored already, and onExisting is "fail". Nothing was changed.`,
    { path: blobName },
  );
}

function otherType(blobName: string, type: string, cause: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "OutputExists",
    `"${blobName}" is stored already as a ${type}, which cannot be appended to; the service only lets it be deleted first, ` +
      "and the credential may not do that. Track the file to another destination, or delete that output.",
    { path: blobName, cause },
  );
}
