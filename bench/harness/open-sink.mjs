/** A sink of its own for every run: nobody finds there what another one has written. */
import { containerUrlOf, startSink } from "./start-sink.mjs";

/** @type {import("./transfer.mjs").OpenServer} */
export async function openSink({ kind, count, bytes, tasks = 1 }, isVerifying) {
  const sink = await startSink({ isVerifying });
  const containerUrl = containerUrlOf(sink, kind === "up" ? "uploads" : `known-${count}-${bytes}-${tasks}`);
  // The sink takes the digests of known contents when they are first sent; that is not to be measured.
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
