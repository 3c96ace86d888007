import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { makeZip } from "client-zip";
import sharp from "sharp";

import { TaskOutputKind } from "../../../../src/conventions/index.js";
import type { BatchOutputsClient, TaskOutputStorage } from "../../../../src/outputs/index.js";
import { createTar } from "../../support/create-tar.js";
import { smallArrowFile } from "./small-arrow.js";
import { smallParquet } from "./small-parquet.js";
import { onePagePdf } from "./one-page-pdf.js";

export const readingJob = "reading";
export const readingTask = "kinds";

const film = new URL("../../../../docs/images/film.webp", import.meta.url);

/** Fills a job with one file of every kind that the file view knows, and with logs that try the log view. */
export async function fillReadingStore(client: BatchOutputsClient, folder: string): Promise<void> {
  await client.prepareOutputStorage(readingJob);
  const task = client.getTaskOutputStorage(readingJob, readingTask);
  for (const [name, content] of await files())
    await task.saveData(
      TaskOutputKind.TaskOutput,
      typeof content === "string" ? Buffer.from(content) : content,
      name,
    );
  await track(task, folder, "stdout.txt", longLog(3));
  await track(task, folder, "stdout.txt", longLog(40_000));
  await track(task, folder, "stderr.txt", "\u001b[31merror\u001b[0m: something to look at\n");
  const troubled = client.getTaskOutputStorage(readingJob, "troubled");
  await track(troubled, folder, "stdout.txt", troubledLog());
  await track(client.getTaskOutputStorage(readingJob, "grouped"), folder, "stdout.txt", groupedLog());
  for (const id of ["frame-1", "frame-2", "frame-10"])
    await client.getTaskOutputStorage(readingJob, id).saveData(
      TaskOutputKind.TaskOutput,
      await sharp(await readFile(film), { page: 0 })
        .png()
        .toBuffer(),
      "frame.png",
    );
  const timed = client.getTaskOutputStorage(readingJob, "timed");
  await track(timed, folder, "stdout.txt", timedLog(0, "step"));
  await track(timed, folder, "stderr.txt", timedLog(500, "warning"));
  const retried = client.getTaskOutputStorage(readingJob, "retried");
  for (const attempt of [1, 2, 3]) await track(retried, folder, "stdout.txt", retriedLog(attempt));
  const records = client.getTaskOutputStorage(readingJob, "records");
  await track(records, folder, "stdout.txt", recordsLog());
  const packed = client.getTaskOutputStorage(readingJob, "packed");
  for (const attempt of [1, 2]) await track(packed, folder, "app.log.gz", gzipSync(retriedLog(attempt)));
}

/** A log of records in JSON, and a line that is none. */
function recordsLog(): string {
  const record = (step: number) =>
    JSON.stringify({
      level: step === 7 ? "error" : "info",
      msg: `step ${step}`,
      time: `2026-11-29T04:00:0${step}Z`,
    });
  const id = '{"level":"info","msg":"saved","time":"2026-11-29T04:00:09Z","id":12345678901234567891}';
  return [...Array.from({ length: 9 }, (_, step) => record(step)), "not a record", id, ""].join("\n");
}

/** Text, code, a picture, an error, and HTML with a script. */
function createNotebook(picture: Uint8Array): string {
  const code = (source: string, outputs: readonly object[]) => ({
    ...{ cell_type: "code", execution_count: 1, metadata: {}, source, outputs },
  });
  const png = Buffer.from(picture).toString("base64");
  const cells = [
    {
      cell_type: "markdown",
      source: "# Precipitation\n\n<script>alert(1)</script> and [a link](javascript:alert(1))",
    },
    code("plot(rows)", [
      { output_type: "display_data", data: { "image/png": png, "text/plain": "<Figure>" } },
    ]),
    code("rows", [
      {
        output_type: "execute_result",
        data: { "text/html": "<img src=x onerror=alert(1)>", "text/plain": "  day  mm\n0   1  31" },
      },
    ]),
    code("rows['x']", [
      {
        output_type: "error",
        ename: "KeyError",
        evalue: "'x'",
        traceback: ["\u001b[31mKeyError\u001b[0m: 'x'"],
      },
    ]),
  ];
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { language_info: { name: "python" } },
    cells,
  });
}

/** A log of which each attempt has other times, and ends differently. */
function retriedLog(attempt: number): string {
  const steps = Array.from(
    { length: 400 },
    (_, index) =>
      `2026-11-0${attempt} 04:00:${String(index % 60).padStart(2, "0")} step ${index + 1} took ${attempt * 7} ms`,
  );
  const ends = ["disk full: /mnt/batch/a1", "CUDA out of memory", "all steps are done"];
  return [...steps, ends[attempt - 1], "\u001b[32mclosed\u001b[0m"].join("\n") + "\n";
}

/** Colours, a progress bar, bytes that are not UTF-8, a very long line, and so many plain lines. */
export function longLog(lineCount: number): Buffer {
  const plain = Array.from(
    { length: lineCount },
    (_, index) => `step ${index + 1}: residual ${1 / (index + 1)}`,
  );
  const special = [
    "\u001b[1mbold\u001b[0m \u001b[32mgreen\u001b[0m \u001b[38;5;208morange of 256\u001b[0m \u001b[38;2;120;80;240mtrue colour\u001b[0m",
    "\u001b[33mWARNING\u001b[0m \u001b[7minverse\u001b[0m \u001b[4munderlined\u001b[0m \u001b]0;a title\u0007no title",
    "progress  10 %\rprogress  55 %\rprogress 100 %",
    `a long line ${"0123456789".repeat(2000)} its end`,
  ];
  return Buffer.concat([
    Buffer.from(`${[...plain, ...special].join("\n")}\nnot UTF-8: `),
    Buffer.from([0xff, 0xfe, 0x80]),
    Buffer.from(" and a NUL \0, and \u202eturned\u202c\nthe end of the log\n"),
  ]);
}

/** An error near the start and one near the end of 4,000 lines, a warning between, and words that report none. */
function troubledLog(): string {
  const lines = Array.from({ length: 4_000 }, (_, index) => `step ${index + 1}: 0 errors, no failures`);
  lines[99] = "KeyError: 'station'";
  lines[1999] = "WARNING: the disk is nearly full";
  lines[3799] = "fatal: the disk is full";
  return `${lines.join("\n")}\n`;
}

/** Groups of three systems, a traceback, and lines between. */
function groupedLog(): string {
  const lines = (word: string) => Array.from({ length: 40 }, (_, index) => `${word} ${index + 1}`);
  return [
    ...["##[group]Install", ...lines("package"), "##[endgroup]", "between"],
    ...[
      "section_start:1700000000:tests\r\u001b[0KRun the tests",
      ...lines("test"),
      "section_end:1700000100:tests\r\u001b[0K",
    ],
    ...[
      "Traceback (most recent call last):",
      '  File "run.py", line 3, in <module>',
      "    total()",
      "KeyError: 'day'",
      "",
    ],
  ].join("\n");
}

function timedLog(offsetMs: number, word: string): string {
  const start = Date.UTC(2026, 10, 21, 3, 0, 0) + offsetMs;
  const line = (index: number) => `${new Date(start + index * 1000).toISOString()} ${word} ${index}\n`;
  return Array.from({ length: 50 }, (_, index) => line(index)).join("");
}

async function files(): Promise<readonly (readonly [string, string | Uint8Array])[]> {
  const picture = await readFile(film);
  const still = sharp(picture, { page: 3 });
  const table = Array.from({ length: 60_000 }, (_, row) => `${row},"name, ${row}",${Math.sin(row)}`);
  const events = Array.from({ length: 500 }, (_, index) =>
    JSON.stringify({
      at: index,
      level: index % 7 ? "info" : "error",
      message: `event ${index}`,
      detail: { index },
    }),
  );
  return [
    ["film.webp", picture],
    ["frame.png", await still.clone().png().toBuffer()],
    ["frame.jpg", await still.clone().jpeg().toBuffer()],
    ["drawing.svg", drawing],
    ["tone.wav", tone()],
    ["report.pdf", onePagePdf(["Forecast of region 1374", "Precipitation: 31 mm"])],
    ["notes.md", notes],
    [
      "metrics.json",
      JSON.stringify({
        job: readingJob,
        f1: 0.914,
        folds: [1, 2, 3],
        best: { epoch: 12, ok: true, none: null },
      }),
    ],
    ["events.ndjson", `${events.join("\n")}\n`],
    ["table.csv", `row,name,value\n${table.join("\n")}\n`],
    ["rows.parquet", smallParquet],
    ["rows.feather", smallArrowFile],
    ["cut.feather", smallArrowFile.subarray(0, 2000)],
    ["analysis.ipynb", createNotebook(await still.clone().png().toBuffer())],
    ["small.csv", "region;day;mm\n1374;1;31\n1374;2;7\n"],
    ["main.py", code],
    ["report.html", report],
    ["weights.bin", Uint8Array.from({ length: 70_000 }, (_, index) => (index * 31) % 256)],
    ["empty.txt", ""],
    ["utf16.txt", Buffer.from(`\uFEFF${sizes}`, "utf16le")],
    ["packed.log.gz", gzipSync(sizes)],
    ["results.zip", await createZip(archived)],
    ["results.tgz", gzipSync(createTar(archived))],
    ["plain.txt", "some text\nin two lines\n"],
  ];
}

/** Lines with letters that are no ASCII. */
const sizes = Array.from({ length: 200 }, (_, index) => `größe ${index + 1}\n`).join("");

const archived = [
  { path: "summary.txt", content: "a summary of the numbers in a few words, which are not many" },
  { path: "deep/numbers.bin", content: Buffer.alloc(10_240, 7) },
];

async function createZip(contents: typeof archived): Promise<Uint8Array> {
  const entries = contents.map(({ path, content }) => ({ name: path, input: content }));
  return new Uint8Array(await new Response(makeZip(entries)).arrayBuffer());
}

const drawing =
  '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200"><rect width="320" height="200" fill="#eef"/><circle cx="160" cy="100" r="60" fill="#0f6cbd"/></svg>';

const notes = [
  "# Notes",
  "",
  "![the frame](frame.png) ![elsewhere](https://example.com/a.png)",
  "",
  "A **bold** word, `code`, and [a link](https://example.com/).",
  "",
  "| day | mm |",
  "| --- | --: |",
  "| 1 | 31 |",
  "",
  "- [x] done",
  "- [ ] to do",
  "",
  "```python",
  "print('hello')",
  "```",
  "",
].join("\n");

const code = [
  "# Sums numbers.",
  "def total(values: list[int]) -> int:",
  '    """All of them."""',
  "    return sum(value for value in values if value is not None)",
  "",
  'print(f"{total([1, 2, 3])} in all")',
  "",
].join("\n");

const report =
  "<!doctype html><html><head><style>body{font-family:sans-serif;color:#123} td{border:1px solid #ccc;padding:4px}</style></head><body><h1>Report</h1><table><tr><td>region</td><td>1374</td></tr></table></body></html>";

/** Half a second of a sine wave, 8 kHz, 8 bits. */
function tone(): Uint8Array {
  const samples = Uint8Array.from(
    { length: 4000 },
    (_, index) => 128 + Math.round(100 * Math.sin(index / 3)),
  );
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(8000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write("data", 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

/** Tracks a log as a task does: once for each attempt. */
async function track(
  task: TaskOutputStorage,
  folder: string,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const source = join(await mkdtemp(join(folder, "log-")), path);
  await writeFile(source, content);
  const tracked = await task.saveTracked(TaskOutputKind.TaskLog, source, { destinationPath: path });
  await tracked.close();
}
