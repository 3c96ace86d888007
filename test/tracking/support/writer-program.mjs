/**
 * Writes numbered lines to a file in bursts, and rotates it in between, all by a seed. Every line also goes to a ledger,
 * which is what a log has to be equal to. Arguments: file, ledger, seed, manner, lines.
 */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { setTimeout } from "node:timers/promises";

import { randomNumbers } from "./random-numbers.mjs";

const [path = "", ledger = "", seed = "0", manner = "none", lineCount = "0"] = process.argv.slice(2);
const random = randomNumbers(Number(seed));
const below = (/** @type {number} */ limit) => Math.floor(random() * limit);

/** A file that is removed takes along what nobody has read: whoever wants to keep it has to be waited for. */
async function untilAllowed() {
  process.send?.({ mayRemove: true });
  await new Promise((resolve) => {
    process.once("message", resolve);
  });
}

function shiftRotated() {
  for (let number = 8; number >= 1; number -= 1) {
    if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
  }
}

/** @type {Record<string, () => Promise<void>>} */
const manners = {
  none: async () => undefined,
  rename: async () => {
    shiftRotated();
    renameSync(path, `${path}.1`);
    if (random() < 0.5) writeFileSync(path, "");
  },
  copytruncate: async () => {
    shiftRotated();
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
  },
  delete: async () => {
    await untilAllowed();
    rmSync(path);
  },
  truncate: async () => {
    await untilAllowed();
    truncateSync(path);
  },
  replace: async () => {
    await untilAllowed();
    writeFileSync(`${path}.new`, "");
    renameSync(`${path}.new`, path);
  },
};

let written = 0;
while (written < Number(lineCount)) {
  const burst = 1 + below(random() < 0.1 ? 2_000 : 60);
  const lines = [];
  for (let line = 0; line < burst; line += 1) {
    written += 1;
    lines.push(`${written} ${"x".repeat(below(120))}\n`);
  }
  // Now and then in two halves, so that the file ends in the middle of a line.
  const text = lines.join("");
  const middle = random() < 0.3 ? below(text.length) : 0;
  for (const part of [text.slice(0, middle), text.slice(middle)]) {
    appendFileSync(ledger, part);
    appendFileSync(path, part);
    await setTimeout(below(12));
  }
  if (random() < 0.12) await manners[manner]?.();
}
process.send?.({ written });
process.disconnect();
