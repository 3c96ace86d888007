import type { Command } from "commander";
import type { SaveTrackedOptions } from "../../outputs/index.js";
import { parseDurationFlag, createFlag } from "../command-line/flags.js";

/** The flags that set how often logs are stored. */
export interface LogFlags {
  readonly flushInterval?: number;
  readonly adaptive?: boolean;
}

export function addLogFlags(command: Command): Command {
  return command
    .addOption(
      createFlag(
        "--flush-interval <duration>",
        "how often to store a growing log (default: every second at first, then less often, up to every minute)",
      ).argParser(parseDurationFlag),
    )
    .addOption(createFlag("--adaptive", "with --flush-interval: store more often at first"));
}

export function logOptions({
  flushInterval,
  adaptive,
}: LogFlags): Pick<SaveTrackedOptions, "flushIntervalInMs" | "adaptive"> {
  return { flushIntervalInMs: flushInterval ?? 60_000, adaptive: adaptive ?? flushInterval === undefined };
}
