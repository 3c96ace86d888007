import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** `cut`: connections are closed, and no others are accepted. `silent`: they stay open, and nothing is sent to the browser. */
export type NetworkState = "up" | "cut" | "silent";

/** A connection between a browser and a server, which can fail. */
export interface Network extends AsyncDisposable {
  /** Of the server, as the browser reaches it. */
  readonly origin: string;
  set(state: NetworkState): void;
  /** Closes the connection in the middle of the next answer to a request whose path begins so, once. */
  breakNext(path: string): void;
  /** How many answers {@link breakNext} has broken. */
  readonly brokenCount: number;
}

export async function startNetwork(serverOrigin: string): Promise<Network> {
  const target = Number(new URL(serverOrigin).port);
  const open = new Set<Socket>();
  let state: NetworkState = "up";
  let breaking: string | undefined;
  let brokenCount = 0;
  const server = createServer((browser) => {
    if (state === "cut") {
      browser.destroy();
      return;
    }
    const upstream = connect({ port: target, host: "127.0.0.1" });
    let isBreaking = false;
    const end = () => {
      browser.destroy();
      upstream.destroy();
    };
    for (const socket of [browser, upstream]) {
      open.add(socket);
      // What is reset is closed too.
      socket.on("error", end);
      socket.on("close", () => {
        open.delete(socket);
        end();
      });
    }
    browser.on("data", (chunk) => {
      if (breaking !== undefined && chunk.toString("latin1").startsWith(`GET ${breaking}`)) {
        isBreaking = true;
        breaking = undefined;
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (state === "silent") return;
      if (!isBreaking) {
        browser.write(chunk);
        return;
      }
      // The headers, and a part of the body.
      const body = chunk.indexOf("\r\n\r\n") + 4;
      brokenCount += 1;
      browser.write(chunk.subarray(0, body + Math.floor((chunk.length - body) / 2)), () => {
        end();
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set(next) {
      // An answer of which a part is lost never comes.
      if (next === "cut" || state === "silent") for (const socket of open) socket.destroy();
      state = next;
    },
    breakNext(path) {
      breaking = path;
    },
    get brokenCount() {
      return brokenCount;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}
