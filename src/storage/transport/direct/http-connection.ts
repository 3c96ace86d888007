import { AbortError, type AbortSignalLike } from "@azure/abort-controller";
import { connect, isIP, type OnReadOpts, type Socket } from "node:net";
import { copyBytes } from "./copy-bytes.js";
import { createUnansweredError, isAbortError, watchAnswer } from "../../../core/index.js";
import { watchProgress } from "../limits/progress-watch.js";
import type { HttpAnswer } from "./http-answer.js";

/** The address of a store. */
export interface Origin {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
}

/** A request in the form in which it is sent. */
export interface WireRequest {
  /** Request line and headers, including the final empty line. */
  readonly head: string;
  readonly body?: Uint8Array | undefined;
  /** Whether the request is a prefetch, which does not keep the process alive. */
  readonly isPrefetch?: boolean | undefined;
  /**
   * The maximum time without progress, that is without a byte sent or a byte of the answer's body received. The
   * answer's head must arrive within this time.
   */
  readonly progressTimeoutInMs: number;
}

interface Exchange {
  readonly answer: HttpAnswer;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly abortSignal: AbortSignalLike | undefined;
  readonly unwatch: () => void;
  readonly endAnswerWatch: (isAnswered: boolean, error?: unknown) => void;
}

/** Small bodies are copied behind the head, because one buffer is sent faster than two. */
const outBytes = 72 * 1024;
const readBufferBytes = 128 * 1024;
/** Large bodies are sent in pieces: each piece that the system accepts is progress. */
const pieceBytes = 256 * 1024;

/** One keep-alive connection to a store, for one request at a time. It does not keep the process alive while idle. */
export class HttpConnection {
  /** The end of the last exchange, by `performance.now()`. */
  idleSince = 0;
  readonly #socket: Socket;
  readonly #host: string;
  readonly #onIdle: (connection: HttpConnection) => void;
  #exchange: Exchange | undefined;
  #out: Buffer | undefined;
  /** Receives bytes that have no other target; allocated once for the connection. */
  readonly #in = Buffer.allocUnsafeSlow(readBufferBytes);
  /** The target of the next read, if the answer has one. */
  #readTarget: Uint8Array | undefined;
  #isBroken = false;
  /** The number of body pieces that the system has accepted since the connection was opened. */
  #sentPieces = 0;
  /** Whether parts of the body have not been sent yet. */
  #isSending = false;

  /** @param onIdle - Called when an exchange has ended and the next one can begin. */
  constructor(origin: Origin, onIdle: (connection: HttpConnection) => void) {
    this.#onIdle = onIdle;
    this.#host = `${origin.host}:${origin.port}`;
    this.#socket = open(origin, {
      buffer: () => (this.#readTarget = this.#exchange?.answer.readTarget) ?? this.#in,
      callback: (count) => {
        this.#read(count);
        return true;
      },
    });
    this.#socket.setNoDelay(true);
    this.#socket.setKeepAlive(true, 1_000);
    this.#socket.on("error", (error) => {
      this.#fail(error);
    });
    this.#socket.on("close", () => {
      this.#fail(createConnectionClosedError());
    });
    this.#socket.on("end", () => {
      this.#fail(createConnectionClosedError());
    });
  }

  /** Whether the connection can send another request. */
  get isUsable(): boolean {
    return !this.#isBroken && this.#exchange === undefined;
  }

  /** Sends the request and reads the answer to its end. Rejects if the connection breaks, or with an `AbortError`. */
  exchange(
    request: WireRequest,
    answer: HttpAnswer,
    abortSignal: AbortSignalLike | undefined,
  ): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const { progressTimeoutInMs: timeoutInMs } = request;
      const unwatch = watchProgress({
        timeoutInMs,
        progress: this.#progress,
        onTimeout: () => {
          this.#fail(createUnansweredError(timeoutInMs));
        },
      });
      const endAnswerWatch = watchAnswer({ host: this.#host, progress: this.#progress });
      this.#exchange = { answer, resolve, reject, abortSignal, unwatch, endAnswerWatch };
      abortSignal?.addEventListener("abort", this.#abort);
      if (request.isPrefetch === true) this.#socket.unref();
      else this.#socket.ref();
      this.#write(request);
    });
  }

  destroy(): void {
    this.#isBroken = true;
    this.#isSending = false;
    this.#socket.destroy();
  }

  #write({ head, body }: WireRequest): void {
    const bodyBytes = body?.length ?? 0;
    if (head.length + bodyBytes <= outBytes) {
      // The buffer is free: an exchange ends only when everything has been sent or the connection is closed.
      const out = (this.#out ??= Buffer.allocUnsafeSlow(outBytes));
      out.write(head, 0, "latin1");
      if (body !== undefined) copyBytes(body, out, head.length);
      this.#socket.write(out.subarray(0, head.length + bodyBytes));
    } else {
      this.#socket.cork();
      this.#socket.write(head, "latin1");
      if (body !== undefined) this.#writePieces(body, 0);
      this.#socket.uncork();
    }
  }

  #writePieces(body: Uint8Array, start: number): void {
    const end = Math.min(start + pieceBytes, body.length);
    this.#isSending = end < body.length;
    this.#socket.write(body.subarray(start, end), (error) => {
      this.#sentPieces += 1;
      if (!error && this.#isSending && !this.#isBroken) this.#writePieces(body, end);
    });
  }

  /** Parts of a head and interim answers do not count as progress: a server could send them without end. */
  readonly #progress = (): number => {
    const bytesRead = this.#exchange?.answer.hasHead === true ? this.#socket.bytesRead : 0;
    return bytesRead + this.#sentPieces;
  };

  #read(count: number): void {
    const exchange = this.#exchange;
    if (exchange === undefined) {
      this.destroy();
      return;
    }
    try {
      if (this.#readTarget === undefined) exchange.answer.feed(this.#in.subarray(0, count));
      else exchange.answer.fill(count);
    } catch (error) {
      this.#fail(error instanceof Error ? error : createConnectionClosedError());
      return;
    }
    if (exchange.answer.isComplete) this.#complete(exchange);
  }

  #complete(exchange: Exchange): void {
    this.#end(true);
    // If the answer arrives before the request has been sent completely, the rest would be taken for the next request.
    const isRequestSent = !this.#isSending && this.#socket.writableLength === 0;
    if (!exchange.answer.keepsConnection || !isRequestSent) this.destroy();
    else {
      this.#socket.unref();
      this.idleSince = performance.now();
      this.#onIdle(this);
    }
    exchange.resolve();
  }

  #fail(error: Error): void {
    this.destroy();
    this.#end(false, isAbortError(error) ? undefined : error)?.reject(error);
  }

  readonly #abort = (): void => {
    this.#fail(new AbortError("The operation was aborted."));
  };

  #end(isAnswered: boolean, error?: Error): Exchange | undefined {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.unwatch();
    exchange?.endAnswerWatch(isAnswered, error);
    exchange?.abortSignal?.removeEventListener("abort", this.#abort);
    return exchange;
  }
}

function open({ isTls, host, port }: Origin, onread: OnReadOpts): Socket {
  const options = { host, port, onread };
  if (!isTls) return connect(options);
  // Not imported, because a store on this machine does not need it, and loading it takes longer than a small request.
  const tls = process.getBuiltinModule("node:tls");
  return tls.connect({ ...options, ...(isIP(host) === 0 && { servername: host }) });
}

function createConnectionClosedError(): Error {
  return Object.assign(new Error("The store closed the connection before it answered."), {
    code: "ECONNRESET",
  });
}
