import { once } from "node:events";
import type { Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";

/** An HTTP or HTTPS server that only this machine can reach. */
export class LoopbackServer {
  /** `http://127.0.0.1:PORT` or `https://127.0.0.1:PORT`, without a slash at the end. */
  readonly endpoint: string;
  readonly #server: Server;
  readonly #closed: Promise<unknown>;

  private constructor(server: Server, scheme: "http" | "https") {
    this.#server = server;
    this.#closed = once(server, "close");
    this.endpoint = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** @throws The system's error if it cannot listen, such as `EADDRINUSE`. */
  static async listen(
    fetch: (request: Request) => Response | Promise<Response>,
    port: number,
    certificate?: { readonly cert: string; readonly key: string },
  ): Promise<LoopbackServer> {
    // Does not replace the global Request and Response of the program that uses this library.
    const server = createAdaptorServer({
      fetch,
      overrideGlobalObjects: false,
      ...(certificate && {
        createServer: createTlsServer,
        serverOptions: { cert: certificate.cert, key: certificate.key },
      }),
    }) as Server;
    // Node's 5 s end a connection under clients that are about to use it again, such as a busy program that polls.
    server.keepAliveTimeout = 75_000;
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return new LoopbackServer(server, certificate ? "https" : "http");
  }

  /** Rejects new connections. Requests in progress continue. */
  refuseNew(): void {
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    this.refuseNew();
    this.#server.closeAllConnections();
    await this.#closed;
  }
}
