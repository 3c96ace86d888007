import { RestError } from "@azure/core-rest-pipeline";
import type { BlobState } from "../../../src/storage/index.js";
import type { LogBlobs } from "../../../src/tracking/log/log-target.js";

type Over = Parameters<LogBlobs["create"]>[1];
type AppendBlobContent = Parameters<LogBlobs["create"]>[2];
type AppendPoint = Parameters<LogBlobs["append"]>[2];
type Appended = Awaited<ReturnType<LogBlobs["append"]>>;
type BlobRange = Awaited<ReturnType<LogBlobs["read"]>>;

interface StoredBlob {
  etag: string;
  data: Buffer;
  blockCount: number;
  metadata: Record<string, string>;
  contentType: string | undefined;
}

/** What becomes of a request: `late` and `lost-answer` are carried out although the sender gets an error. */
export type Outcome = "ok" | "refused" | "unsent" | "lost-answer" | "late" | "twice";

/** Where a log says that bytes are missing. */
export interface ReportedGap {
  readonly logId: string;
  readonly position: number;
}

/** A container of append blobs in memory, with the service's conditions, and as late, lost and doubled as a run wants it. */
export class SimulatedStore {
  readonly blobs = new Map<string, StoredBlob>();
  readonly gaps: ReportedGap[] = [];
  readonly late: (() => void)[] = [];
  #lastEtag = 0;

  create(name: string, over: Over, { metadata, contentType }: AppendBlobContent): string {
    const found = this.blobs.get(name);
    if (over === "nothing" ? found !== undefined : found?.etag !== over.etag)
      throw refusal(412, "ConditionNotMet");
    const blob = {
      etag: this.#nextEtag(),
      data: Buffer.alloc(0),
      blockCount: 0,
      metadata: { ...metadata },
      contentType,
    };
    this.blobs.set(name, blob);
    const isLog = metadata["trackedlog_kept"] === undefined && metadata["trackedlog_part"] === "1";
    if (isLog && metadata["trackedlog_gaps"] === "1")
      this.gaps.push({ logId: metadata["trackedlog_id"] ?? "", position: 0 });
    return blob.etag;
  }

  /** A tracker reports a gap that it has recorded: perhaps earlier, with an answer that was lost, and before late lines. */
  reportGap(name: string, position: number): void {
    this.gaps.push({ logId: this.#blob(name).metadata["trackedlog_id"] ?? "", position });
  }

  append(name: string, data: Buffer, at: AppendPoint): Appended {
    const blob = this.#blob(name);
    if (blob.etag !== at.etag || blob.data.length !== at.position)
      throw refusal(412, "AppendPositionConditionNotMet");
    blob.data = Buffer.concat([blob.data, data]);
    blob.blockCount += 1;
    blob.etag = this.#nextEtag();
    return { etag: blob.etag, blockCount: blob.blockCount };
  }

  setMetadata(name: string, etag: string, metadata: Readonly<Record<string, string>>): string {
    const blob = this.#blob(name);
    if (blob.etag !== etag) throw refusal(412, "ConditionNotMet");
    const gapsBefore = Number(blob.metadata["trackedlog_gaps"] ?? 0);
    blob.metadata = { ...metadata };
    blob.etag = this.#nextEtag();
    if (Number(metadata["trackedlog_gaps"] ?? 0) > gapsBefore) {
      const position = Number(metadata["trackedlog_base"] ?? 0) + blob.data.length;
      this.gaps.push({ logId: metadata["trackedlog_id"] ?? "", position });
    }
    return blob.etag;
  }

  state(name: string): BlobState | undefined {
    const blob = this.blobs.get(name);
    if (blob === undefined) return undefined;
    const { etag, data, blockCount, metadata, contentType } = blob;
    return {
      etag,
      type: "AppendBlob",
      sizeBytes: data.length,
      blockCount,
      metadata: { ...metadata },
      contentType,
    };
  }

  read(name: string, offset: number, count: number): BlobRange {
    const blob = this.#blob(name);
    return { data: blob.data.subarray(offset, offset + count), metadata: blob.metadata };
  }

  /** Carries out what came late, in any order. */
  releaseLate(choose: (count: number) => number): void {
    const [carryOut] = this.late.splice(choose(this.late.length), 1);
    try {
      carryOut?.();
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
    }
  }

  #blob(name: string): StoredBlob {
    const blob = this.blobs.get(name);
    if (blob === undefined) throw refusal(404, "BlobNotFound");
    return blob;
  }

  /** The number of changes of blobs. */
  get changes(): number {
    return this.#lastEtag;
  }

  #nextEtag(): string {
    this.#lastEtag += 1;
    return `"${this.#lastEtag}"`;
  }
}

/** The store as a tracker sees it. `decide` is asked before every request what becomes of it. */
export function createLogBlobs(
  store: SimulatedStore,
  decide: (request: string) => Promise<Outcome>,
): LogBlobs {
  const request = async <T>(name: string, carryOut: () => T): Promise<T> => {
    const outcome = await decide(name);
    if (outcome === "ok") return carryOut();
    if (outcome === "refused") throw refusal(503, "ServerBusy");
    if (outcome === "late") store.late.push(carryOut);
    if (outcome === "lost-answer") carryOut();
    if (outcome === "twice") {
      const result = carryOut();
      store.late.push(carryOut);
      return result;
    }
    throw new RestError("the connection broke", { code: "ECONNRESET" });
  };
  return {
    canCopy: false,
    containerUrl: "https://simulated.example/c",
    fetchState: (name) => request("state", () => store.state(name)),
    create: (name, over, content) => request("create", () => store.create(name, over, content)),
    append: (name, data, at) => {
      const copy = Buffer.from(data);
      return request("append", () => store.append(name, copy, at));
    },
    setMetadata: (name, etag, metadata) =>
      request("setMetadata", () => store.setMetadata(name, etag, metadata)),
    read: (name, offset, count) => request("read", () => store.read(name, offset, count)),
    delete: () => Promise.reject(new Error("nothing is deleted")),
    copy: () => Promise.reject(new Error("nothing is copied")),
  };
}

function refusal(statusCode: number, code: string): RestError {
  return new RestError(code, { statusCode, code });
}
