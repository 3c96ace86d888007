import { describeLog, describeTracking } from "../logs/log-plan.js";
import { describeStorage } from "../outputs/describe.js";
import { LineWriter } from "../terminal/json-lines.js";
import { makePrintable } from "../terminal/printable.js";
import type { SaveUnit } from "../saving/save-unit.js";
import type { RunPlan } from "./run-plan.js";

/** Prints what `run` would start, store and save, for `--dry-run`. */
export async function printRunPlan({
  command,
  args,
  streams,
  tracked,
  createUnitsFor,
}: RunPlan): Promise<void> {
  const lines = new LineWriter();
  const printLine = (line: string): Promise<void> => lines.line(makePrintable(line));
  await printLine(`would run ${[command, ...args].map((word) => JSON.stringify(word)).join(" ")}`);
  if (streams) {
    await printLine(`would store its standard output as ${describeLog(streams.stdout)}`);
    await printLine(`would store its standard error as ${describeLog(streams.stderr)}`);
  }
  for (const log of tracked) await printLine(describeTracking(log));
  const [success, failure] = [
    createUnitsFor("success").map(describeSaving),
    createUnitsFor("failure").map(describeSaving),
  ];
  for (const line of success) await printLine(`${line}${failure.includes(line) ? "" : " if it succeeds"}`);
  for (const line of createUnitsFor("preempt").map(describeSaving))
    await printLine(`${line} if its node is preempted`);
  for (const line of failure) if (!success.includes(line)) await printLine(`${line} if it fails`);
  await lines.flush();
}

function describeSaving({ storage, kind, patterns }: SaveUnit): string {
  const what = patterns.map((pattern) => JSON.stringify(pattern)).join(", ");
  return `would save ${what} as ${kind} of ${describeStorage(storage)}`;
}
