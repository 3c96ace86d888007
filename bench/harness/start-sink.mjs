/** Starts the sink, the HTTP server of bench/sink/main.c. */
import { startServer } from "./start-server.mjs";
import { sinkProgram } from "./workspace.mjs";

/**
 * @typedef {object} SinkCounters Counts since the last read.
 * @property {number} requests
 * @property {number} refused as wrong
 * @property {number} throttled
 * @property {number} bodyBytes
 * @property {number} seconds from the first to the last request
 */

/** @typedef {{ accountUrl: string, processId: number, counters: () => Promise<SinkCounters>, stop: () => Promise<void> }} Sink */

/** @param {{ isVerifying?: boolean, ratePerSecond?: number }} [how] @returns {Promise<Sink>} */
export async function startSink({ isVerifying = false, ratePerSecond } = {}) {
  const { greeting, processId, stop } = await startServer(
    [
      sinkProgram,
      "0",
      ...(isVerifying ? ["--verify"] : []),
      ...(ratePerSecond === undefined ? [] : ["--rate", String(ratePerSecond)]),
    ],
    /listening on (\d+)\n/,
  );
  const origin = `http://127.0.0.1:${greeting[1] ?? ""}`;
  return {
    accountUrl: `${origin}/devstoreaccount1`,
    processId,
    counters: async () => /** @type {Promise<SinkCounters>} */ ((await fetch(`${origin}/__counters`)).json()),
    stop,
  };
}

/** Creates the URL of a container with a SAS; the sink accepts any signature. @param {Sink} sink @param {string} container */
export function containerUrlOf(sink, container) {
  return `${sink.accountUrl}/${container}?sv=2025-11-05&sr=c&sp=racwdl&sig=bench`;
}
