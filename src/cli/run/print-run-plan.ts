import { describeLog, trackingLine } from "../logs/log-plan.js";
import { describeStorage } from "../outputs/describe.js";
import { LineWriter } from "../terminal/json-lines.js";
import { printable } from "../terminal/printable.js";
import type { SaveUnit } from "../saving/save-unit.js";
import type { RunPlan } from "./run-command.js";

/** For `run --dry-run`: what would be started, kept live and saved. */
export async function printRunPlan({ command, args, streams, tracked, unitsFor }: RunPlan): Promise<void> {
  const lines = new LineWriter();
  const tell = (line: string): Promise<void> => lines.line(printable(line));
  await tell(`would run ${[command, ...args].map((word) => JSON.stringify(word)).join(" ")}`);
  if (streams) {
    await tell(`would keep its standard output live as ${describeLog(streams.stdout)}`);
    await tell(`would keep its standard error live as ${describeLog(streams.stderr)}`);
  }
  for (const log of tracked) await tell(trackingLine(log));
  const [success, failure] = [unitsFor("success").map(savingLine), unitsFor("failure").map(savingLine)];
  for (const line of success) await tell(`${line}${failure.includes(line) ? "" : " if it succeeds"}`);
  for (const line of failure) if (!success.includes(line)) await tell(`${line} if it fails`);
  await lines.flush();
}

function savingLine({ storage, kind, patterns }: SaveUnit): string {
  const what = patterns.map((pattern) => JSON.stringify(pattern)).join(", ");
  return `would save ${what} as ${kind} of ${describeStorage(storage)}`;
}
