import type { AbortSignalLike } from "@azure/abort-controller";
import { throwIfAborted } from "../../../core/index.js";
import type { HttpAnswer } from "./http-answer.js";
import { HttpConnection, type Origin, type WireRequest } from "./http-connection.js";

/**
 * Shorter than the 5 seconds after which Node.js servers close an idle connection, and than Azure's limit, so that
 * requests rarely meet a connection that the server has just closed.
 */
const maxIdleMs = 4_000;

/** Keep-alive connections to one store: one for each concurrent request; the last one used is reused first. */
export class ConnectionPool {
  readonly #origin: Origin;
  readonly #idle: HttpConnection[] = [];
  #willSweep = false;

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  /** Sends a request and reads its answer to the end. Rejects if the connection breaks, or with an `AbortError`. */
  exchange(
    request: WireRequest,
    answer: HttpAnswer,
    abortSignal: AbortSignalLike | undefined,
  ): Promise<void> {
    throwIfAborted(abortSignal);
    const connection = this.#takeIdle() ?? new HttpConnection(this.#origin, this.#putBack);
    return connection.exchange(request, answer, abortSignal);
  }

  #takeIdle(): HttpConnection | undefined {
    if (this.#idle.length === 0) return undefined;
    const oldest = performance.now() - maxIdleMs;
    for (let found = this.#idle.pop(); found !== undefined; found = this.#idle.pop()) {
      if (found.isUsable && found.idleSince >= oldest) return found;
      found.destroy();
    }
    return undefined;
  }

  readonly #putBack = (connection: HttpConnection): void => {
    this.#idle.push(connection);
    if (this.#willSweep) return;
    this.#willSweep = true;
    setTimeout(() => {
      this.#willSweep = false;
      this.#closeUnused();
    }, maxIdleMs).unref();
  };

  #closeUnused(): void {
    const oldest = performance.now() - maxIdleMs;
    const kept = this.#idle.splice(0);
    for (const connection of kept) {
      if (!connection.isUsable || connection.idleSince < oldest) connection.destroy();
      else this.#putBack(connection);
    }
  }
}

const pools = new Map<string, ConnectionPool>();

/** The process's connections to the store at a URL. */
export function getConnections({ protocol, hostname, port }: URL): ConnectionPool {
  const isTls = protocol === "https:";
  const host = hostname.replace(/^\[|\]$/g, "");
  const origin = { isTls, host, port: port === "" ? (isTls ? 443 : 80) : Number(port) };
  const key = `${protocol}//${host}:${origin.port}`;
  const pool = pools.get(key) ?? new ConnectionPool(origin);
  pools.set(key, pool);
  return pool;
}
