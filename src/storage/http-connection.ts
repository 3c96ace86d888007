import { AbortError, type AbortSignalLike } from "@azure/abort-controller";
import { connect, isIP, type OnReadOpts, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { HttpAnswer } from "./http-answer.js";

/** Where a store listens. */
export interface Origin {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
}

/** A request as it goes over the wire. */
export interface WireRequest {
  /** Request line and headers, with the empty line at their end. */
  readonly head: string;
  readonly body?: Uint8Array | undefined;
}

interface Exchange {
  readonly answer: HttpAnswer;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Small bodies are copied behind their head: one buffer is sent faster than two. */
const mostCopiedBytes = 64 * 1024;
const readBufferBytes = 128 * 1024;

/** One keep-alive connection to a store: one request at a time. Idle, it does not keep the process alive. */
export class HttpConnection {
  /** When its last exchange ended, by `performance.now()`. */
  idleSince = 0;
  readonly #socket: Socket;
  #exchange: Exchange | undefined;
  #isBroken = false;

  constructor(origin: Origin) {
    this.#socket = open(origin, (bytes) => {
      this.#read(bytes);
    });
    this.#socket.setNoDelay(true);
    this.#socket.setKeepAlive(true, 1_000);
    this.#socket.on("error", (error) => {
      this.#fail(error);
    });
    this.#socket.on("close", () => {
      this.#fail(cutOff());
    });
    this.#socket.on("end", () => {
      this.#fail(cutOff());
    });
  }

  /** Whether another request can be sent. */
  get isUsable(): boolean {
    return !this.#isBroken && this.#exchange === undefined;
  }

  /** Sends the request and reads the answer to its end. Rejects when the connection breaks, or with an `AbortError`. */
  async exchange(
    request: WireRequest,
    answer: HttpAnswer,
    abortSignal: AbortSignalLike | undefined,
  ): Promise<void> {
    const abort = (): void => {
      this.#fail(new AbortError("The operation was aborted."));
    };
    abortSignal?.addEventListener("abort", abort);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#exchange = { answer, resolve, reject };
        this.#socket.ref();
        this.#write(request);
      });
    } finally {
      abortSignal?.removeEventListener("abort", abort);
    }
  }

  destroy(): void {
    this.#isBroken = true;
    this.#socket.destroy();
  }

  #write({ head, body }: WireRequest): void {
    if (body === undefined || body.length === 0) {
      this.#socket.write(head, "latin1");
    } else if (body.length <= mostCopiedBytes) {
      const whole = Buffer.allocUnsafe(head.length + body.length);
      whole.write(head, "latin1");
      whole.set(body, head.length);
      this.#socket.write(whole);
    } else {
      this.#socket.cork();
      this.#socket.write(head, "latin1");
      this.#socket.write(body);
      this.#socket.uncork();
    }
  }

  #read(bytes: Buffer): void {
    const exchange = this.#exchange;
    if (exchange === undefined) {
      this.destroy();
      return;
    }
    try {
      exchange.answer.feed(bytes);
    } catch (error) {
      this.#fail(error instanceof Error ? error : cutOff());
      return;
    }
    if (!exchange.answer.isComplete) return;
    this.#exchange = undefined;
    this.idleSince = performance.now();
    // Answered before it was heard out: the rest of the request would be taken for the next one.
    if (!exchange.answer.keepsConnection || this.#socket.writableLength > 0) this.destroy();
    else this.#socket.unref();
    exchange.resolve();
  }

  #fail(error: Error): void {
    this.#isBroken = true;
    this.#socket.destroy();
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.reject(error);
  }
}

function open({ isTls, host, port }: Origin, read: (bytes: Buffer) => void): Socket {
  // One buffer for the connection's life: what arrives is copied to where it belongs at once.
  const onread: OnReadOpts = {
    buffer: Buffer.allocUnsafeSlow(readBufferBytes),
    callback: (count, buffer) => {
      read(Buffer.from(buffer.buffer, buffer.byteOffset, count));
      return true;
    },
  };
  const options = { host, port, onread };
  return isTls ? connectTls({ ...options, ...(isIP(host) === 0 && { servername: host }) }) : connect(options);
}

function cutOff(): Error {
  return Object.assign(new Error("The store closed the connection before it had answered."), {
    code: "ECONNRESET",
  });
}
