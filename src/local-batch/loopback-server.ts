import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";

/** An HTTP server that only this machine can reach. */
export class LoopbackServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly endpoint: string;
  readonly #server: Server;
  readonly #closed: Promise<unknown>;

  private constructor(server: Server) {
    this.#server = server;
    this.#closed = once(server, "close");
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** @throws the system's error where it cannot listen, `EADDRINUSE` for one. */
  static async listen(
    fetch: (request: Request) => Response | Promise<Response>,
    port: number,
  ): Promise<LoopbackServer> {
    // The program that we are part of keeps its own Request and Response.
    const server = createAdaptorServer({ fetch, overrideGlobalObjects: false }) as Server;
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return new LoopbackServer(server);
  }

  /** Takes no new connection; what is under way goes on. */
  refuseNew(): void {
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    this.refuseNew();
    this.#server.closeAllConnections();
    await this.#closed;
  }
}
