import { type Command, InvalidArgumentError } from "commander";
import { decodeContent, type OutputFileReference, splitContentEncoding } from "../../outputs/index.js";
import { interruptSignal } from "../terminal/interrupts.js";
import {
  addExamples,
  addTaskFlags,
  createFlag,
  createRawFlag,
  createTimestampsFlag,
} from "../command-line/flags.js";
import { UsageError } from "../errors/usage-error.js";
import { openOutputs } from "../store/open-store.js";
import { createLineFormat, LineStamps } from "../tail/line-stamps.js";
import { WholeLines } from "../tail/whole-lines.js";
import { ContentPrinter } from "../terminal/content-printer.js";
import { print } from "../terminal/terminal.js";

const about = `Writes a saved output to standard output. The stored digest is not checked; use \`batch-outputs verify\` for that.

The bytes are written as they are stored; --decode writes the content of an output that was saved with a content
encoding (gzip, deflate, br or zstd). On a terminal, control sequences other than colors are shown as escapes, unless
--raw is given.

With --timestamps, each line begins with the time at which \`run\` or \`track\` saw it, in UTC; where no time is stored, with
blanks. A line that is rewritten with carriage returns is written in its last state, and one of more than 64 KiB is split.`;

/** `batch-outputs cat`: writes a saved output to standard output. */
export function cat(command: Command): void {
  command
    .description(about)
    .argument("<kind>", "output kind")
    .argument("<path>", "output path")
    .addOption(createFlag("--offset <bytes>", "first byte to write (default: 0)").argParser(parseByteCount))
    .addOption(createFlag("--count <bytes>", "maximum number of bytes to write").argParser(parseByteCount))
    .addOption(createFlag("--decode", "write the content without its content encoding"))
    .addOption(createTimestampsFlag())
    .addOption(createRawFlag());
  addTaskFlags(command);
  addExamples(command, [
    ["What a task printed", "batch-outputs cat TaskLog stdout.txt --job film-7 --task frame-12"],
    [
      "When it printed what",
      "batch-outputs cat --timestamps TaskLog stdout.txt --job film-7 --task frame-12",
    ],
    [
      "The first KiB",
      "batch-outputs cat TaskOutput frames.bin --count 1024 --job film-7 --task frame-12 | xxd",
    ],
  ]);
  command.action(async (kind: string, path: string) => {
    const { raw = false, decode = false, timestamps = false, ...range } = command.opts<CatFlags>();
    if (decode && timestamps) throw new UsageError("--decode and --timestamps cannot be used together.");
    const output = openOutputs(command).getOutput(kind, path);
    const abortSignal = interruptSignal();
    if (timestamps) {
      await writeWithTimes(output, range, raw, abortSignal);
      return;
    }
    const printer = new ContentPrinter(raw);
    const content = decode
      ? readDecoded(output, range, abortSignal)
      : output.openRead({ ...range, abortSignal });
    for await (const bytes of await content) await printer.write(bytes as Uint8Array);
    await printer.end();
  });
}

interface Range {
  readonly offset?: number;
  readonly count?: number;
}

interface CatFlags extends Range {
  readonly raw?: boolean;
  readonly decode?: boolean;
  readonly timestamps?: boolean;
}

/** Writes a range of a log by lines, each with its time. */
async function writeWithTimes(
  output: OutputFileReference,
  { offset = 0, count }: Range,
  isRaw: boolean,
  abortSignal: AbortSignal,
): Promise<void> {
  const stamps = new LineStamps(output, abortSignal);
  await stamps.load();
  const lines = new WholeLines(createLineFormat(stamps, isRaw));
  lines.startAt(offset);
  for await (const bytes of await output.openRead({ offset, count, abortSignal }))
    await print(lines.add(bytes as Uint8Array));
  await print(lines.end());
}

/** Decodes an output from its start, and yields a range of its content. */
async function* readDecoded(
  output: OutputFileReference,
  { offset = 0, count = Infinity }: Range,
  abortSignal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { contentEncoding, version, size } = await output.getProperties({ abortSignal });
  const stored = await output.openRead({ count: size, abortSignal, expectedVersion: version });
  let position = 0;
  for await (const part of decodeContent(stored, splitContentEncoding(contentEncoding))) {
    const taken = part.subarray(Math.max(0, offset - position), offset + count - position);
    position += part.length;
    if (taken.length > 0) yield taken;
    if (position >= offset + count) return;
  }
}

function parseByteCount(value: string): number {
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
  throw new InvalidArgumentError("It must be a whole number of bytes.");
}
