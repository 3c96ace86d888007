import type { Command } from "commander";
import type { SaveTrackedOptions } from "../../outputs/index.js";
import { parseDurationFlag, createFlag } from "../command-line/flags.js";

/** The flags that set how often logs are stored. */
export interface LogFlags {
  readonly flushInterval?: number;
  readonly adaptive?: boolean;
  readonly lineTimes?: boolean;
}

export function addLogFlags(command: Command): Command {
  return command
    .addOption(
      createFlag(
        "--flush-interval <duration>",
        "how often to store a growing log (default: every second at first, then less often, up to every minute)",
      ).argParser(parseDurationFlag),
    )
    .addOption(createFlag("--adaptive", "with --flush-interval: store more often at first"))
    .addOption(createFlag("--no-line-times", "do not store when the lines of logs were written"));
}

export function logOptions({
  flushInterval,
  adaptive,
  lineTimes = true,
}: LogFlags): Pick<SaveTrackedOptions, "flushIntervalInMs" | "adaptive" | "lineTimes"> {
  return {
    flushIntervalInMs: flushInterval ?? 60_000,
    adaptive: adaptive ?? flushInterval === undefined,
    lineTimes,
  };
}
