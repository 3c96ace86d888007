import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { LineTimesAnswer } from "../../../protocol/index.js";
import { useQuery } from "../../address/navigation.js";
import { formatSpan } from "../../format/measures.js";
import { memory } from "../../page/memory.js";
import { type TimeZone, useTimeZone } from "../../page/time-zone.js";
import type { LineTimeText } from "../../pane/text-rows.js";
import { reading } from "../../text/reading.js";
import type { LogFile } from "../log-file.js";
import { findTime } from "./find-time.js";
import { formatClock, formatElapsed, formatExactly } from "./format-time.js";
import { TimesSource, type TimesState } from "./times-source.js";

/** What is shown beside the lines of a log. */
export const timesModes = ["off", "time", "elapsed"] as const;
export type TimesMode = (typeof timesModes)[number];

export interface LineTimes {
  readonly mode: TimesMode;
  /** Absent if the log cannot have times. */
  readonly choose: ((mode: TimesMode) => void) | undefined;
  /** Shows times, then the time since the start, then neither. */
  readonly step: (() => void) | undefined;
  /** Returns the time of the line at a position. Absent if times are not shown. */
  readonly getTime: ((position: number) => LineTimeText | undefined) | undefined;
  /** What the reader must know of the times that are shown. */
  readonly note: string | undefined;
}

const name = "times";
const noState: TimesState = {};

/** Returns the times of the lines of a log, if the reader wants them: by the page's address (`?times=time`), or as last chosen. */
export function useLineTimes(file: LogFile): LineTimes {
  const [query, changeQuery] = useQuery();
  const { timesAddress } = file.log;
  const [source] = useState(() =>
    timesAddress === undefined ? undefined : new TimesSource(file, timesAddress),
  );
  const mode = source === undefined ? "off" : parseMode(query.get(name) ?? memory.read(name));
  const isShown = mode !== "off";
  const state = useSyncExternalStore(source?.subscribe ?? subscribeToNothing, () => source?.state ?? noState);
  useEffect(() => (isShown ? source?.watch() : undefined), [source, isShown]);
  const zone = useTimeZone();
  const { times, failure } = state;
  const getTime = useMemo(
    () => (isShown ? (position: number) => show(times, position, { mode, zone }) : undefined),
    [isShown, times, mode, zone],
  );
  const choose = (next: TimesMode) => {
    memory.write(name, next);
    changeQuery({ times: next });
  };
  return {
    mode,
    choose: source && choose,
    step:
      source &&
      (() => {
        choose(timesModes[(timesModes.indexOf(mode) + 1) % timesModes.length] ?? "off");
      }),
    getTime,
    note: isShown ? (failure?.reason ?? describe(times)) : undefined,
  };
}

function parseMode(text: string | null | undefined): TimesMode {
  return timesModes.find((each) => each === text) ?? "off";
}

function show(
  times: LineTimesAnswer | undefined,
  position: number,
  { mode, zone }: { readonly mode: TimesMode; readonly zone: TimeZone },
): LineTimeText | undefined {
  const found = times && findTime(times, position);
  if (found === undefined) return undefined;
  const { at, withinMs } = found;
  const startedAt = times?.startedAt ?? at;
  return {
    text: mode === "elapsed" ? formatElapsed(at, startedAt) : formatClock(at, zone),
    title: reading.log.times.exact(
      formatExactly(at, zone),
      formatElapsed(at, startedAt),
      formatWithin(withinMs),
    ),
  };
}

function describe(times: LineTimesAnswer | undefined): string {
  if (times === undefined) return reading.log.times.loading;
  if (times.ranges.length === 0) return reading.log.times.none;
  // Not `Math.max(...)`: there may be more ranges than a function can have arguments.
  const withinMs = times.ranges.reduce((longest, range) => Math.max(longest, range.withinMs), 0);
  return reading.log.times.within(formatWithin(withinMs));
}

/** Never less than it is. */
function formatWithin(withinMs: number): string {
  return formatSpan(1000 * Math.ceil(withinMs / 1000));
}

function subscribeToNothing(): () => void {
  return () => undefined;
}
