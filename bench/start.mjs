/**
 * What starting costs: `npm run build && node bench/start.mjs [ROUNDS] [NODE]`. Prints the processor time (user and system) of whole
 * processes, the least and the median of ROUNDS alternating runs (15), and the peak of their memory.
 */
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { isThere } from "./peers/is-there.mjs";
import { measure } from "./harness/measure.mjs";
import { containerUrlOf, startSink } from "./harness/start-sink.mjs";
import { median } from "./harness/statistics.mjs";
import { folder } from "./harness/workspace.mjs";
import { rcloneRemote } from "./peers/rclone.mjs";

const rounds = Number(process.argv[2] ?? 15);
const node = process.argv[3] ?? process.execPath;
const dist = join(import.meta.dirname, "../dist");
const program = join(dist, "cli/batch-outputs.js");
const file = join(folder, "small.bin");
writeFileSync(file, Buffer.alloc(8 * 1_024, 7));
const library = JSON.stringify(join(dist, "index.js"));
const hello = `
  const { TaskOutputStorage } = await import(${library});
  await new TaskOutputStorage(process.argv[1], "t").saveText("TaskOutput", "Hello, world", "hello.txt");`;
const asModule = ["--input-type=module", "--eval"];

/** @type {Record<string, (url: string) => readonly string[]>} */
const commands = {
  "node -e 0": () => [node, "-e", "0"],
  "an empty module": () => [node, ...asModule, ""],
  "import of this package": () => [node, ...asModule, `import ${library};`],
  "a save of a text": (url) => [node, ...asModule, hello, url],
  "--version": () => [node, program, "--version"],
  "save of 8 KiB": (url) => [
    ...[node, program, "save", "TaskOutput", file, "--destination", "small.bin"],
    ...["--task", "t", "--container-url", url],
  ],
  ...(isThere(["rclone", "version"])
    ? { rclone: (url) => ["rclone", "copyto", file, `${rcloneRemote(url)}/t/$TaskOutput/small.bin`] }
    : {}),
};

const sink = await startSink();
try {
  const runs = Object.keys(commands).map((name) => ({
    name,
    measured: /** @type {import("./harness/measure.mjs").Measured[]} */ ([]),
  }));
  // Round 0 is not counted: Node.js writes its compile cache.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, { name, measured }] of runs.entries()) {
      // A new container each time, because rclone does not save an unchanged file again.
      const command = commands[name]?.(containerUrlOf(sink, `uploads-${round}-${index}`)) ?? [];
      const one = await measure(command, { RCLONE_CONFIG: "" });
      if (round > 0) measured.push(one);
    }
  }
  for (const { name, measured } of runs) {
    const times = measured.map(({ cpuSeconds }) => cpuSeconds * 1_000);
    const memory = Math.max(...measured.map(({ peakMiB }) => peakMiB));
    console.log(
      `${name.padEnd(24)} ${Math.min(...times).toFixed(0)} ms at least, ${median(times).toFixed(0)} ms median, ${memory.toFixed(0)} MiB`,
    );
  }
} finally {
  await sink.stop();
}
