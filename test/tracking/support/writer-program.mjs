/**
 * Writes numbered lines to a file in bursts, and rotates it in between, all by a seed. Every line also goes to a ledger,
 * which is what a log has to be equal to. The argument is a plan in JSON.
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
import { basename } from "node:path";
import { setTimeout } from "node:timers/promises";

import { randomNumbers } from "./random-numbers.mjs";

/** @type {unknown} */
const plan = JSON.parse(process.argv[2] ?? "");
const {
  path,
  ledger,
  seed,
  manners: planned,
  lineCount,
  pauseInMs,
  banner,
} = /** @type {import("./writer-process.js").WriterPlan} */ (plan);
const random = randomNumbers(seed);
const below = (/** @type {number} */ limit) => Math.floor(random() * limit);

/** A file that is removed takes along what nobody has read: whoever wants to keep it has to be waited for. */
async function untilAllowed() {
  process.send?.({ mayRemove: true });
  await new Promise((resolve) => {
    process.once("message", resolve);
  });
}

function shiftRotated() {
  for (let number = 40; number >= 1; number -= 1) {
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
  numbered: async () => {
    renameSync(path, `${path}.${rotations}`);
  },
  dated: async () => {
    renameSync(path, `${path}-2026${1000 + rotations}`);
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
let rotations = 0;
let isNew = true;
while (written < lineCount) {
  const burst = 1 + below(random() < 0.1 ? 2_000 : 60);
  const lines = [];
  for (let line = 0; line < burst; line += 1) {
    written += 1;
    lines.push(`${basename(path)} ${written} ${"x".repeat(below(120))}\n`);
  }
  if (isNew) lines.unshift(banner);
  isNew = false;
  // Now and then in two halves, so that the file ends in the middle of a line.
  const text = lines.join("");
  const middle = random() < 0.3 ? below(text.length) : 0;
  for (const part of [text.slice(0, middle), text.slice(middle)]) {
    appendFileSync(ledger, part);
    appendFileSync(path, part);
    await setTimeout(below(pauseInMs));
  }
  const manner = planned[below(planned.length)] ?? "none";
  if (random() < 0.12 && manner !== "none") {
    rotations += 1;
    await manners[manner]?.();
    isNew = true;
  }
}
process.send?.({ written });
process.disconnect();
