import type { Readable, Writable } from "node:stream";
import { explain } from "../errors/explain.js";
import { say } from "../terminal/terminal.js";
import type { SpoolFile } from "../spool/spool-file.js";

/** A stream on its way to its spool file and, from there, to whoever reads us. */
export interface Tee {
  /** Settles when the source has ended, and all of it is in the spool file, or as much as went in. */
  readonly spooled: Promise<void>;
  /** Settles when all of it has been passed on, or nobody reads any more. */
  readonly passed: Promise<void>;
}

/**
 * Reads the source as fast as the disk takes it, whatever becomes of the output: what cannot be passed on at once is read
 * back from the spool file later. Without a spool file, or when the disk is full, the output's pace is all there is.
 */
export function tee(source: Readable, spool: SpoolFile | undefined, output: Writable): Tee {
  const passing = new PassingOn(spool, output);
  const passedFromSpool = passing.run();
  const spooled = (async () => {
    try {
      for await (const chunk of source) {
        const bytes = chunk as Uint8Array;
        const kept = (await spool?.append(bytes)) ?? 0;
        passing.wake();
        if (kept === bytes.length) continue;
        passing.end();
        await passedFromSpool;
        await passing.write(bytes.subarray(kept));
      }
    } catch (error) {
      // When somebody holds the pipe for longer than we wait, we let go of it.
      const isLetGo =
        error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
      if (!isLetGo) say(`The command's output cannot be read any more: ${explain(error)}`);
    } finally {
      passing.end();
    }
  })();
  return { spooled, passed: Promise.all([spooled, passedFromSpool]).then(() => undefined) };
}

class PassingOn {
  readonly #spool: SpoolFile | undefined;
  readonly #output: Writable;
  #position = 0;
  #isEnded = false;
  #hasReader = true;
  #waiting: (() => void) | undefined;

  constructor(spool: SpoolFile | undefined, output: Writable) {
    this.#spool = spool;
    this.#output = output;
  }

  async run(): Promise<void> {
    while (this.#hasReader) {
      if (this.#spool !== undefined && this.#position < this.#spool.size) {
        await this.write(await this.#readBack(this.#spool));
      } else if (this.#isEnded) return;
      else await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
  }

  async #readBack(spool: SpoolFile): Promise<Uint8Array> {
    const bytes = await spool.read(this.#position);
    this.#position += bytes.length;
    return bytes;
  }

  wake(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }

  end(): void {
    this.#isEnded = true;
    this.wake();
  }

  /** Settles when the output has taken it. A reader who leaves is not told to the command: its log is still kept. */
  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#hasReader) return;
    this.#hasReader = await new Promise<boolean>((resolve) => {
      this.#output.write(bytes, (error) => {
        resolve(error === null || error === undefined);
      });
    });
  }
}
