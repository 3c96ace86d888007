import type { Readable, Writable } from "node:stream";
import { hasCode } from "../../core/index.js";
import type { Arrivals } from "../../outputs/index.js";
import { explain } from "../errors/explain.js";
import type { SpoolFile } from "../spool/spool-file.js";
import { writeMessage } from "../terminal/terminal.js";

/** A stream of the command that is written to its spool file and, from there, to an output stream of this process. */
export interface Tee {
  /** Resolves when the source has ended and all of it is in the spool file, or as much of it as could be written. */
  readonly spooled: Promise<void>;
  /** Resolves when all of it has been written to the output, or the reader of the output has closed it. */
  readonly passed: Promise<void>;
  /** Bytes read from the source so far. */
  readonly bytesRead: number;
  /** Whether the source has nothing to read at the moment, so that neither the disk nor the output delays it. */
  readonly isSourceIdle: boolean;
}

/**
 * Reads the source at the speed of the disk, independent of the output: data that cannot be passed on immediately is
 * read from the spool file later. Without a spool file, or when the disk is full, the source is read at the output's
 * speed.
 */
export function tee(source: Readable, target: TeeTarget): Tee {
  return new StreamTee(source, target);
}

/** Where a stream is written to. */
export interface TeeTarget {
  readonly spool: SpoolFile | undefined;
  readonly output: Writable;
  /** Records when the bytes of the spool file arrived. */
  readonly arrivals?: Arrivals | undefined;
}

class StreamTee implements Tee {
  readonly spooled: Promise<void>;
  readonly passed: Promise<void>;
  bytesRead = 0;
  isSourceIdle = true;
  readonly #source: Readable;
  readonly #spool: SpoolFile | undefined;
  readonly #output: OutputWriter;
  readonly #arrivals: Arrivals | undefined;

  constructor(source: Readable, { spool, output, arrivals }: TeeTarget) {
    this.#source = source;
    this.#spool = spool;
    this.#arrivals = arrivals;
    this.#output = new OutputWriter(spool, output);
    const passedFromSpool = this.#output.run();
    this.spooled = this.#read(passedFromSpool);
    this.passed = Promise.all([this.spooled, passedFromSpool]).then(() => undefined);
  }

  async #read(passedFromSpool: Promise<void>): Promise<void> {
    try {
      for await (const chunk of this.#source) {
        this.isSourceIdle = false;
        await this.#take(chunk as Uint8Array, passedFromSpool);
        this.isSourceIdle = true;
      }
    } catch (error) {
      // The source is destroyed if a process holds the pipe open for too long.
      if (!hasCode(error, "ERR_STREAM_PREMATURE_CLOSE"))
        writeMessage(`The output of the command cannot be read any more. ${explain(error)}`);
    } finally {
      this.#output.end();
    }
  }

  async #take(bytes: Uint8Array, passedFromSpool: Promise<void>): Promise<void> {
    this.bytesRead += bytes.length;
    // Before the bytes can be stored. After a failure, no more are.
    if (this.#spool !== undefined && this.#spool.failure === undefined) this.#arrivals?.add(this.#spool.size);
    const spooledBytes = (await this.#spool?.append(bytes)) ?? 0;
    this.#output.wake();
    if (spooledBytes === bytes.length) return;
    this.#output.end();
    await passedFromSpool;
    await this.#output.write(bytes.subarray(spooledBytes));
  }
}

/** Copies the spool file to the output while it grows. */
class OutputWriter {
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

  /**
   * Resolves when the output has accepted the bytes. If its reader closes it, the command is not affected: its log is
   * still stored.
   */
  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#hasReader) return;
    this.#hasReader = await new Promise<boolean>((resolve) => {
      this.#output.write(bytes, (error) => {
        resolve(error === null || error === undefined);
      });
    });
  }
}
