import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A place outside of the viewer that hostile contents try to reach; it remembers who came. */
export interface Beacon extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, another origin than the viewer's. */
  readonly origin: string;
  /** The connections so far: also those that asked for nothing. */
  readonly connectionCount: number;
  readonly visits: readonly string[];
  /** Serves a page without any protection, to see that what is a trap does spring. */
  serve(html: string): void;
}

export async function startBeacon(): Promise<Beacon> {
  const visits: string[] = [];
  let connectionCount = 0;
  let page = "";
  const server = createServer((request, response) => {
    visits.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.setHeader("content-type", request.url === "/page" ? "text/html" : "text/javascript");
    response.setHeader("access-control-allow-origin", "*");
    response.end(request.url === "/page" ? page : 'console.log("PWNED by a script from outside")');
  });
  server.on("connection", () => {
    connectionCount += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connectionCount() {
      return connectionCount;
    },
    visits,
    serve: (html) => {
      page = html;
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
