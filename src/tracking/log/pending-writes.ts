import { createHash } from "node:crypto";
import { isSameState, type LogState } from "./log-state.js";

/** A write with an unknown outcome: the bytes or the state that it would have written. */
export type PendingWrite =
  | { readonly kind: "append"; readonly sizeBytes: number; readonly digest: string }
  | { readonly kind: "state"; readonly state: LogState };

/**
 * The writes of this writer that the store may still carry out. All are conditional on the same version of the blob, so
 * at most one of them can succeed, and its result is recognized as this writer's.
 */
export class PendingWrites {
  #etag: string | undefined;
  #writes: PendingWrite[] = [];

  get isEmpty(): boolean {
    return this.#writes.length === 0;
  }

  /** Adds a write that was conditional on the version `etag`. */
  add(etag: string, write: PendingWrite): void {
    if (this.#etag !== etag) this.#writes = [];
    this.#etag = etag;
    if (!this.#writes.some((other) => isSameWrite(other, write))) this.#writes.push(write);
  }

  clear(): void {
    this.#writes = [];
  }

  /** Whether one of the writes produced this state, without adding bytes. */
  hasWritten(state: LogState): boolean {
    return this.#writes.some((write) => write.kind === "state" && isSameState(write.state, state));
  }

  /** The possible digests of this number of added bytes. */
  getDigests(sizeBytes: number): string[] {
    return this.#writes.flatMap((write) =>
      write.kind === "append" && write.sizeBytes === sizeBytes ? [write.digest] : [],
    );
  }
}

/** Creates the entry for an append: its length and digest, without the bytes. */
export function createPendingAppend(data: Uint8Array): PendingWrite {
  return { kind: "append", sizeBytes: data.length, digest: computeDigest(data) };
}

export function computeDigest(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function isSameWrite(one: PendingWrite, other: PendingWrite): boolean {
  if (one.kind === "append") {
    return other.kind === "append" && one.sizeBytes === other.sizeBytes && one.digest === other.digest;
  }
  return other.kind === "state" && isSameState(one.state, other.state);
}
