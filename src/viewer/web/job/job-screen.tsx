import { useCallback } from "react";
import { addresses, type FailureGroupItem, type FailureSummary } from "../../protocol/index.js";
import { getJson } from "../api/client.js";
import { useLoaded } from "../api/use-loaded.js";
import { Failed } from "../components/states.js";
import { FailureGroups } from "./failure-groups.js";
import { useJobId, useJobName } from "../model/job-name.js";
import { Name } from "../components/name.js";
import { Heading } from "../components/heading.js";
import { browsing } from "../text/browsing.js";
import { JobOutputs } from "./job-outputs.js";
import { TasksSection } from "./tasks-section.js";

const noCauses: readonly FailureGroupItem[] = [];

/** The screen of a job: why tasks failed, if any did, its own outputs, then its tasks. */
export function JobScreen({ container }: { readonly container: string }) {
  const name = useJobName(container);
  const load = useCallback(
    async (abortSignal: AbortSignal) =>
      await getJson<FailureSummary>(addresses.failures(container), { abortSignal }),
    [container],
  );
  const failures = useLoaded(load);
  const isIdKnown = useJobId(container) !== undefined;
  return (
    <div className="screen">
      <div className="screen-head">
        <Heading title={name}>
          <Name text={name} />
        </Heading>
        {!isIdKnown && <p className="quiet">{browsing.idUnknown}</p>}
      </div>
      {failures.state === "here" && <FailureGroups container={container} summary={failures.value} />}
      {failures.state === "failed" && <Failed title={browsing.failuresFailed} failure={failures.failure} />}
      <JobOutputs container={container} />
      <TasksSection
        container={container}
        causes={failures.state === "here" ? failures.value.groups : noCauses}
      />
    </div>
  );
}
