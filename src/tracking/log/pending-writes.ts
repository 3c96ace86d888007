import { createHash } from "node:crypto";
import { isSameState, type LogState } from "./log-state.js";

/** A write whose outcome is not known: what it would have added, or written down. */
export type PendingWrite =
  | { readonly kind: "append"; readonly sizeBytes: number; readonly digest: string }
  | { readonly kind: "state"; readonly state: LogState };

/**
 * The writes of this writer that the store may still carry out. All are bound to one version of the blob, so that at most
 * one of them can succeed, however late: whichever it was, it is no other writer's.
 */
export class PendingWrites {
  #etag: string | undefined;
  #writes: PendingWrite[] = [];

  get isEmpty(): boolean {
    return this.#writes.length === 0;
  }

  /** Adds a write that was bound to the version `etag`. */
  add(etag: string, write: PendingWrite): void {
    if (this.#etag !== etag) this.#writes = [];
    this.#etag = etag;
    if (!this.#writes.some((other) => isSameWrite(other, write))) this.#writes.push(write);
  }

  clear(): void {
    this.#writes = [];
  }

  /** Whether one of the writes made this of the blob: a state, and nothing added. */
  hasWritten(state: LogState): boolean {
    return this.#writes.some((write) => write.kind === "state" && isSameState(write.state, state));
  }

  /** The digests that so many added bytes may have. */
  digestsOf(sizeBytes: number): string[] {
    return this.#writes.flatMap((write) =>
      write.kind === "append" && write.sizeBytes === sizeBytes ? [write.digest] : [],
    );
  }
}

/** An append, as it is remembered. */
export function pendingAppend(data: Uint8Array): PendingWrite {
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
