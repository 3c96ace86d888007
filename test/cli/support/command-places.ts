import { createServer, connect, type AddressInfo } from "node:net";
import { once } from "node:events";
import { onTestFinished } from "vitest";

import type { RequestInfo } from "../../support/exchange.js";
import type { Fault } from "../../support/faults.js";

/** What a machine or its network has, in place of what a command needs. */
export interface CommandPlace {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The endpoint of the store in place of that of the proxy. */
  readonly endpoint?: (proxied: string) => Promise<string>;
  /** What becomes of each request to the store. */
  readonly disturb?: (info: RequestInfo) => Fault | undefined;
  /** What an error has to name. None: the command succeeds. */
  readonly named?: RegExp;
}

const twoHoursInMs = 2 * 3_600_000;
/** The service refuses requests that are dated more than a quarter of an hour away from its own time. */
const maxSkewInMs = 15 * 60_000;

function shiftClock(byMs: number): Readonly<Record<string, string>> {
  const module = `
    const Real = Date;
    globalThis.Date = class Date extends Real {
      constructor(...args) { super(...(args.length === 0 ? [Real.now() + ${byMs}] : args)); }
      static now() { return Real.now() + ${byMs}; }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}` };
}

/** Azurite does not look at the date of a request. */
function refuseSkew({ headers }: RequestInfo): Fault | undefined {
  const date = headers["x-ms-date"];
  const skewInMs = typeof date === "string" ? Math.abs(Date.parse(date) - Date.now()) : 0;
  if (skewInMs <= maxSkewInMs) return undefined;
  const detail = `Request date header too old: '${String(date)}'`;
  return { kind: "answer", status: 403, code: "AuthenticationFailed", detail };
}

function clock(name: string, byMs: number): CommandPlace {
  return { name, env: shiftClock(byMs), disturb: refuseSkew, named: /clock/i };
}

/** An address that only IPv6 reaches. */
async function listenOnIpv6(proxied: string): Promise<string> {
  const { port, pathname } = new URL(proxied);
  const server = createServer((socket) => {
    const onward = connect(Number(port), "127.0.0.1");
    socket.pipe(onward).pipe(socket);
    const end = (): void => {
      socket.destroy();
      onward.destroy();
    };
    for (const each of [socket, onward]) each.on("error", end).on("close", end);
  });
  server.listen(0, "::1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://[::1]:${(server.address() as AddressInfo).port}${pathname}`;
}

/** A port that nobody listens on. */
export async function findClosedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export async function createPlaces(): Promise<readonly CommandPlace[]> {
  const deadProxy = `http://someone:proxy-password@127.0.0.1:${await findClosedPort()}`;
  return [
    clock("a clock two hours slow", -twoHoursInMs),
    clock("a clock two hours fast", twoHoursInMs),
    {
      name: "no DNS",
      endpoint: (proxied) => Promise.resolve(proxied.replace("127.0.0.1", "account.invalid")),
      named: /account\.invalid/,
    },
    { name: "IPv6 only", endpoint: listenOnIpv6 },
    {
      name: "a dead proxy",
      env: { HTTP_PROXY: deadProxy, HTTPS_PROXY: deadProxy },
      named: /proxy/i,
    },
  ];
}
