/** Files up to this are read and written in one piece. */
export const mostBriskBytes = 256 * 1024;

/**
 * What a local disk or its cache hardly ever needs for a small file, and a file system behind a network usually does.
 * A few such calls say nothing: on a busy machine every process is made to wait now and then.
 */
const slowMs = 1;
const mostMoreSlowThanFast = 16;
const restMs = 10_000;

let moreSlowThanFast = 0;
let restUntil = 0;

/**
 * Whether small files may be read and written while everything else waits. On a local disk that takes a fraction of what it
 * takes to have threads do it; on a file system behind a network it would hold up all other transfers, and is given up
 * for a while as soon as it shows.
 */
export function isBrisk(): boolean {
  return restUntil === 0 || performance.now() >= restUntil;
}

/** Runs such calls, and takes note of how long they take. */
export function briskly<T>(calls: () => T): T {
  const start = performance.now();
  try {
    return calls();
  } finally {
    const now = performance.now();
    moreSlowThanFast = Math.max(0, moreSlowThanFast + (now - start > slowMs ? 1 : -1));
    if (moreSlowThanFast > mostMoreSlowThanFast) {
      moreSlowThanFast = 0;
      restUntil = now + restMs;
    }
  }
}
