import type { Command } from "commander";
import type { SaveTrackedOptions } from "../../outputs/index.js";
import { duration, flag } from "../command-line/flags.js";

/** How often logs are stored. */
export interface LogFlags {
  readonly flushInterval?: number;
  readonly adaptive?: boolean;
}

export function addLogFlags(command: Command): Command {
  return command
    .addOption(
      flag(
        "--flush-interval <duration>",
        "how often a log that grows is stored; by default a second after it began, and more seldom as it ages, up to a minute",
      ).argParser(duration),
    )
    .addOption(
      flag(
        "--adaptive",
        "with --flush-interval: more often while a log is young, and never more seldom than that",
      ),
    );
}

export function logOptions({
  flushInterval,
  adaptive,
}: LogFlags): Pick<SaveTrackedOptions, "flushIntervalInMs" | "adaptive"> {
  return { flushIntervalInMs: flushInterval ?? 60_000, adaptive: adaptive ?? flushInterval === undefined };
}
