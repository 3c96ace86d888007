import { type Command, InvalidArgumentError } from "commander";
import { interruptSignal } from "../terminal/interrupts.js";
import { addExamples, addTaskFlags, createFlag, createRawFlag } from "../command-line/flags.js";
import { openOutputs } from "../store/open-store.js";
import { ContentPrinter } from "../terminal/content-printer.js";

const about = `Writes a saved output to standard output. The stored digest is not checked; use \`batch-outputs verify\` for that.

The bytes are written unchanged, except to a terminal: there, control sequences other than colors are shown as
escapes, unless --raw is given.`;

/** `batch-outputs cat`: writes a saved output to standard output. */
export function cat(command: Command): void {
  command
    .description(about)
    .argument("<kind>", "output kind")
    .argument("<path>", "output path")
    .addOption(createFlag("--offset <bytes>", "first byte to write (default: 0)").argParser(parseByteCount))
    .addOption(createFlag("--count <bytes>", "maximum number of bytes to write").argParser(parseByteCount))
    .addOption(createRawFlag());
  addTaskFlags(command);
  addExamples(command, [
    ["What a task printed", "batch-outputs cat TaskLog stdout.txt --job film-7 --task frame-12"],
    [
      "The first KiB",
      "batch-outputs cat TaskOutput frames.bin --count 1024 --job film-7 --task frame-12 | xxd",
    ],
  ]);
  command.action(async (kind: string, path: string) => {
    const { offset, count, raw = false } = command.opts<{ offset?: number; count?: number; raw?: boolean }>();
    const output = openOutputs(command).getOutput(kind, path);
    const abortSignal = interruptSignal();
    const printer = new ContentPrinter(raw);
    for await (const bytes of await output.openRead({ offset, count, abortSignal }))
      await printer.write(bytes as Uint8Array);
    await printer.end();
  });
}

function parseByteCount(value: string): number {
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
  throw new InvalidArgumentError("It must be a whole number of bytes.");
}
