/** Files up to this are read and written in one piece. */
export const mostBriskBytes = 256 * 1024;

/** What a local disk or its cache never needs for a small file, and a file system behind a network usually does. */
const slowMs = 3;
const slowInARow = 4;
const restMs = 10_000;

let slowCount = 0;
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
    slowCount = now - start > slowMs ? slowCount + 1 : 0;
    restUntil = slowCount >= slowInARow ? now + restMs : 0;
  }
}
