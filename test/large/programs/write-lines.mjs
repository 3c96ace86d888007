// Writes about RATE numbered lines a second to FILE for SECONDS, as a program that logs does.
import { createWriteStream } from "node:fs";
import { setTimeout } from "node:timers/promises";

const [, , file = "", rate = "", seconds = ""] = process.argv;
const out = createWriteStream(file, { flags: "a" });
const start = performance.now();
let line = 0;
for (let elapsed = 0; elapsed < Number(seconds); elapsed = (performance.now() - start) / 1_000) {
  for (const due = Number(rate) * elapsed; line < due;) {
    line += 1;
    out.write(`${new Date().toISOString()} line ${line} of a program that says what it does\n`);
  }
  await setTimeout(10);
}
out.end();
