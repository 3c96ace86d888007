import { describeStorage } from "../describe.js";
import { LineWriter } from "../json-lines.js";
import { printable } from "../printable.js";
import type { SaveUnit } from "../save-units.js";
import type { KeptLogPlan } from "./kept-log.js";
import type { RunPlan } from "./run-command.js";

/** For `run --dry-run`: what would be started, kept live and saved. */
export async function tellRunPlan({ command, args, streams, tracked, unitsFor }: RunPlan): Promise<void> {
  const lines = new LineWriter();
  const tell = (line: string): Promise<void> => lines.line(printable(line));
  await tell(`would run ${[command, ...args].map((word) => JSON.stringify(word)).join(" ")}`);
  if (streams) {
    await tell(`would keep its standard output live as ${nameOf(streams.stdout)}`);
    await tell(`would keep its standard error live as ${nameOf(streams.stderr)}`);
  }
  for (const log of tracked) await tell(trackingLine(log));
  const [success, failure] = [unitsFor("success").map(savingLine), unitsFor("failure").map(savingLine)];
  for (const line of success) await tell(`${line}${failure.includes(line) ? "" : " if it succeeds"}`);
  for (const line of failure) if (!success.includes(line)) await tell(`${line} if it fails`);
  await lines.flush();
}

/** For `--dry-run` of what tracks files. */
export function trackingLine(log: KeptLogPlan): string {
  return `would keep ${log.sourcePath} live as ${nameOf(log)}`;
}

function nameOf({ storage, kind, path }: Omit<KeptLogPlan, "sourcePath">): string {
  return `${kind} "${path}" of ${describeStorage(storage)}`;
}

function savingLine({ storage, kind, patterns }: SaveUnit): string {
  const what = patterns.map((pattern) => JSON.stringify(pattern)).join(", ");
  return `would save ${what} as ${kind} of ${describeStorage(storage)}`;
}
