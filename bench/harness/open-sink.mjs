/** Starts a new sink for every run, so that no run finds blobs of another one. */
import { containerUrlOf, startSink } from "./start-sink.mjs";

/** @type {import("./transfer.mjs").OpenServer} */
export async function openSink({ kind, count, bytes, tasks = 1 }, isVerifying) {
  const sink = await startSink({ isVerifying });
  const containerUrl = containerUrlOf(sink, kind === "up" ? "uploads" : `known-${count}-${bytes}-${tasks}`);
  // The sink computes the digests of known contents when they are first sent. This request keeps that out of the measurement.
  if (kind !== "up") await (await fetch(`${containerUrl}&restype=container&comp=list&maxresults=64`)).text();
  await sink.counters();
  return {
    containerUrl,
    requireRight: async () => {
      const counters = await sink.counters();
      if (counters.refused > 0 || (kind === "up" && counters.bodyBytes < count * bytes))
        throw new Error(`what came is wrong: ${JSON.stringify(counters)}`);
    },
    close: sink.stop,
  };
}
