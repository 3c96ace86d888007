import { observeSilence, type SilentService } from "../../core/index.js";
import { formatDuration } from "./formats.js";
import { writeMessage } from "./terminal.js";

/**
 * The time without a response after which a service is reported for the first time. It is reported again whenever the
 * time has doubled.
 */
const firstReportInMs = 2_000;
/** Older reports are outdated, because the observer is called more often. */
const staleAfterInMs = 1_000;

let last: { readonly silent: SilentService; readonly at: number } | undefined;
let barCount = 0;

/** Reports on standard error that a service does not answer and requests are repeated. A progress bar shows it instead. */
export function reportSilence(): void {
  const nextReports = new Map<string, number>();
  observeSilence((silent) => {
    const { host, silentInMs } = silent;
    if (silentInMs < firstReportInMs) {
      nextReports.delete(host);
      return;
    }
    last = { silent, at: performance.now() };
    const next = nextReports.get(host) ?? firstReportInMs;
    if (silentInMs < next || barCount > 0) return;
    nextReports.set(host, 2 * silentInMs);
    writeMessage(
      next === firstReportInMs
        ? `No answer from ${host} yet, trying again.`
        : `No answer from ${host} for ${formatDuration(silentInMs / 1000)}, trying again.`,
    );
  });
}

/** Prints no lines until the returned function is called, for a progress bar, which shows {@link getSilence} itself. */
export function reportSilenceInBar(): () => void {
  barCount += 1;
  return () => {
    barCount -= 1;
  };
}

/** Returns a service that has not answered for two seconds or more, if there is one. */
export function getSilence(): SilentService | undefined {
  return last !== undefined && performance.now() - last.at < staleAfterInMs ? last.silent : undefined;
}
