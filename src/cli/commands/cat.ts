import { type Command, InvalidArgumentError } from "commander";
import { interruptSignal } from "../terminal/interrupts.js";
import { addExamples, addTaskFlags, flag } from "../command-line/flags.js";
import { openOutputs } from "../store/open-store.js";
import { print } from "../terminal/terminal.js";

const about = `Writes a saved output to standard output, byte by byte as it is. Nothing is compared with its stored digest:
\`batch-outputs verify\` does that.`;

/** `batch-outputs cat`: writes a saved output to standard output. */
export function cat(command: Command): void {
  command
    .description(about)
    .argument("<kind>", "the output kind")
    .argument("<path>", "the output path")
    .addOption(flag("--offset <bytes>", "begin at this byte; 0 is the first").argParser(byteCount))
    .addOption(flag("--count <bytes>", "so many bytes at most").argParser(byteCount));
  addTaskFlags(command);
  addExamples(command, [
    ["What a task printed", "batch-outputs cat TaskLog stdout.txt --job film-7 --task frame-12"],
    [
      "The first KiB",
      "batch-outputs cat TaskOutput frames.bin --count 1024 --job film-7 --task frame-12 | xxd",
    ],
  ]);
  command.action(async (kind: string, path: string) => {
    const { offset, count } = command.opts<{ offset?: number; count?: number }>();
    const output = openOutputs(command).getOutput(kind, path);
    const abortSignal = interruptSignal();
    for await (const bytes of await output.openRead({ offset, count, abortSignal }))
      await print(bytes as Uint8Array);
  });
}

function byteCount(value: string): number {
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
  throw new InvalidArgumentError("It must be a whole number of bytes.");
}
