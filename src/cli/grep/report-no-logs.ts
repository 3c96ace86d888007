import type { Command } from "commander";
import { selectOfJob } from "../selection/open-selection.js";
import { openJob } from "../store/open-store.js";
import { reportNothingFound } from "../suggestions/report-nothing-found.js";
import { suggestJobs } from "../suggestions/suggest.js";
import { writeMessage } from "../terminal/terminal.js";
import type { GrepFlags } from "./grep-flags.js";

/** Reports that no log was searched, which is different from logs without a match: a name may be mistyped. */
export async function reportNoLogs(
  command: Command,
  { jobs, task, kind }: GrepFlags,
  jobCount: number,
): Promise<void> {
  if (jobs !== undefined) {
    const which = jobs.join(" or ");
    writeMessage(
      jobCount === 0
        ? `No job of this account matches ${which}.`
        : `No such logs of jobs that match ${which}.`,
    );
    const suggestion = jobCount === 0 ? await suggestJobs(jobs, command) : "";
    if (suggestion !== "") writeMessage(suggestion);
    return;
  }
  const selection = selectOfJob(openJob(command), task);
  writeMessage(`No such logs of ${selection.whose}.`);
  await reportNothingFound(selection, kind);
}
