import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { createServer as createTlsServer, type TlsOptions, TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";

/** A request as it came over the wire. */
export interface RawRequest {
  /** From 1, in the order of arrival. */
  readonly nth: number;
  /** From 1: on which connection it came. */
  readonly connection: number;
  /** Request line and headers. */
  readonly head: string;
  readonly body: Buffer;
  /** The value of a header, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
}

/** What a store does to a request: the bytes that it sends, piece by piece, and what becomes of the connection then. */
export interface RawAnswer {
  readonly pieces: readonly (string | Buffer)[];
  readonly then?: "close" | "reset" | "keep";
}

export interface RawStore {
  /** `http://127.0.0.1:PORT`, or `https:`. */
  readonly origin: string;
  readonly requests: readonly RawRequest[];
  /** How many connections there have ever been, how many there are, and the bytes that came over them. */
  readonly connections: { readonly opened: number; readonly open: number; readonly receivedBytes: number };
  /** Fulfilled when no connection is open any more. */
  readonly untilAlone: () => Promise<void>;
}

export type Answering = (request: RawRequest) => RawAnswer | undefined;

export interface StartRawStoreOptions {
  readonly tls?: TlsOptions;
  readonly host?: string;
  readonly port?: number;
  /** When the answer is given: after the request's body, as is right, or already when its head has come. */
  readonly answerAfter?: "body" | "head";
}

/**
 * A server that speaks HTTP by hand, so that it can do what no real one should. It is stopped when the test has finished.
 * `undefined` for an answer is none, ever.
 */
export async function startRawStore(
  answering: Answering,
  options: StartRawStoreOptions = {},
): Promise<RawStore> {
  const requests: RawRequest[] = [];
  const open = new Set<Socket>();
  const problems: unknown[] = [];
  let opened = 0;
  let receivedBytes = 0;
  const waiting = new Set<() => void>();
  const serve = (socket: Socket): void => {
    opened += 1;
    open.add(socket);
    const connection = opened;
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes: Buffer) => {
      receivedBytes += bytes.length;
    });
    socket.on("close", () => {
      open.delete(socket);
      for (const look of waiting) look();
    });
    const waitForBody = (options.answerAfter ?? "body") === "body";
    readRequests(socket, waitForBody, (head, body) => {
      const request = { nth: requests.length + 1, connection, head, body, header: headerOf(head) };
      requests.push(request);
      const answer = answering(request);
      if (answer)
        send(socket, answer).catch((error: unknown) => {
          problems.push(error);
          socket.destroy();
        });
    });
  };
  const server: Server = options.tls ? createTlsServer(options.tls, serve) : createServer(serve);
  server.listen(options.port ?? 0, options.host ?? "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
    if (problems.length > 0) throw new AggregateError(problems, "the raw store could not answer");
  });
  const { address, port, family } = server.address() as AddressInfo;
  const host = family === "IPv6" ? `[${address}]` : address;
  return {
    origin: `${options.tls ? "https" : "http"}://${host}:${port}`,
    requests,
    connections: {
      get opened() {
        return opened;
      },
      get open() {
        return open.size;
      },
      get receivedBytes() {
        return receivedBytes;
      },
    },
    untilAlone: () =>
      new Promise((resolve) => {
        const look = (): void => {
          if (open.size > 0) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

function readRequests(
  socket: Socket,
  waitForBody: boolean,
  report: (head: string, body: Buffer) => void,
): void {
  let bytes = Buffer.alloc(0);
  let skip = 0;
  socket.on("data", (chunk: Buffer) => {
    const skipped = Math.min(skip, chunk.length);
    skip -= skipped;
    bytes = Buffer.concat([bytes, chunk.subarray(skipped)]);
    for (let end = bytes.indexOf("\r\n\r\n"); end >= 0; end = bytes.indexOf("\r\n\r\n")) {
      const head = bytes.toString("latin1", 0, end);
      const due = Number(headerOf(head)("content-length") ?? 0);
      const whole = end + 4 + due;
      if (bytes.length < whole && waitForBody) return;
      const body = bytes.subarray(end + 4, whole);
      skip = whole - end - 4 - body.length;
      bytes = bytes.subarray(end + 4 + body.length);
      report(head, Buffer.from(body));
    }
  });
}

function headerOf(head: string): (name: string) => string | undefined {
  return (name) => new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, "im").exec(head)?.[1];
}

async function send(socket: Socket, { pieces, then = "keep" }: RawAnswer): Promise<void> {
  socket.setNoDelay(true);
  for (const piece of pieces) {
    if (socket.destroyed) return;
    socket.write(piece, "latin1");
    // A turn of the loop between them, so that they come apart.
    if (pieces.length > 1) await delay(1);
  }
  if (then === "close") socket.end();
  // Over TLS there is no reset to be had.
  else if (then === "reset" && socket instanceof TLSSocket) socket.destroy();
  else if (then === "reset") socket.resetAndDestroy();
}

/** What an honest store answers: a range of the content, a listing without blobs, or that it has written. */
export function honest({ head, header }: RawRequest, content: Buffer, etag = '"0x1"'): RawAnswer {
  const id = header("x-ms-client-request-id") ?? "";
  const common = `x-ms-client-request-id: ${id}\r\netag: ${etag}\r\nlast-modified: Sun, 22 Nov 2026 12:00:00 GMT\r\n`;
  if (head.startsWith("PUT"))
    return { pieces: [`HTTP/1.1 201 Created\r\n${common}content-length: 0\r\n\r\n`] };
  if (head.includes("comp=list")) {
    const page = "<EnumerationResults><Blobs /><NextMarker /></EnumerationResults>";
    return {
      pieces: [
        `HTTP/1.1 200 OK\r\n${common}content-type: application/xml\r\ncontent-length: ${page.length}\r\n\r\n${page}`,
      ],
    };
  }
  const [, first = "0", last = ""] = /bytes=(\d+)-(\d*)/.exec(header("x-ms-range") ?? "") ?? [];
  const start = Number(first);
  const part = content.subarray(start, last === "" ? undefined : Number(last) + 1);
  const range = `bytes ${start}-${start + part.length - 1}/${content.length}`;
  const answer = `HTTP/1.1 206 Partial Content\r\n${common}x-ms-blob-type: BlockBlob\r\ncontent-range: ${range}\r\ncontent-length: ${part.length}\r\n\r\n`;
  return { pieces: [Buffer.concat([Buffer.from(answer), part])] };
}
