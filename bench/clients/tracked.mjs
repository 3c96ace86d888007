/**
 * Tracked files: `node tracked.mjs CONTAINER_URL FOLDER FILES BYTES ROUNDS`. In each round so many bytes are written to each
 * file, and all are flushed. Prints as JSON: milliseconds of a flush (median, 99th percentile), flushes in a second, and the
 * digest of the first file, for comparison with what was appended.
 */
import { createHash } from "node:crypto";
import { appendFileSync, createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { TaskOutputStorage } from "azure-batch-outputs";
import { percentile } from "../harness/statistics.mjs";

const [url = "", folder = "", files = "", bytes = "", rounds = ""] = process.argv.slice(2);
const storage = new TaskOutputStorage(url, "t1");
const data = Buffer.alloc(Number(bytes), "a line of a log\n");
const paths = Array.from({ length: Number(files) }, (_, index) => join(folder, `${index}.log`));
const tracked = [];
for (const [index, path] of paths.entries()) {
  appendFileSync(path, "");
  const options = { destinationPath: `${index}.log`, flushIntervalInMs: Infinity };
  tracked.push(await storage.saveTracked("TaskLog", path, options));
}
/** @type {number[]} */
const times = [];
let seconds = 0;
const warmUp = Math.ceil(Number(rounds) / 5);
for (let round = 0; round < Number(rounds); round += 1) {
  for (const path of paths) appendFileSync(path, data);
  const start = performance.now();
  await Promise.all(
    tracked.map(async (file) => {
      await file.flush();
      if (round >= warmUp) times.push(performance.now() - start);
    }),
  );
  if (round >= warmUp) seconds += (performance.now() - start) / 1_000;
}
const hash = createHash("md5");
await pipeline(createReadStream(paths[0] ?? ""), hash);
const figures = {
  p50: percentile(times, 50),
  p99: percentile(times, 99),
  perSecond: times.length / seconds,
  md5: hash.digest("base64"),
};
await Promise.all(tracked.map((file) => file.close()));
console.log(JSON.stringify(figures));
