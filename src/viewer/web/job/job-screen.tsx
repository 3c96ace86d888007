import { Button } from "@fluentui/react-components";
import { useCallback, useState } from "react";
import { addresses, type FailureGroupItem, type FailureSummary } from "../../protocol/index.js";
import { getJson } from "../api/client.js";
import { type Loaded, useLoaded } from "../api/use-loaded.js";
import { Failed } from "../components/states.js";
import { FailureGroups } from "./failure-groups.js";
import { useJobId, useJobName } from "../model/job-name.js";
import { Name } from "../components/name.js";
import { Heading } from "../components/heading.js";
import { browsing } from "../text/browsing.js";
import { DeleteJob } from "./delete-job.js";
import { JobOutputs } from "./job-outputs.js";
import { TasksSection } from "./tasks-section.js";

const noCauses: readonly FailureGroupItem[] = [];

/** The screen of a job: why tasks failed, if any did, its own outputs, then its tasks. */
export function JobScreen({ container }: { readonly container: string }) {
  const name = useJobName(container);
  /** A new object is another request. */
  const [asked, ask] = useState<{ readonly searched?: string }>({});
  const includeUnknown = asked.searched === container;
  const load = useCallback(
    async (abortSignal: AbortSignal) =>
      await getJson<FailureSummary>(addresses.failures(container, asked.searched === container), {
        abortSignal,
      }),
    [container, asked],
  );
  const failures = useLoaded(load);
  const isIdKnown = useJobId(container) !== undefined;
  // Then nothing else can be listed either.
  const isPrepared = failures.state !== "failed" || failures.failure.code !== "ContainerNotPrepared";
  return (
    <div className="screen">
      <div className="screen-head screen-head-bar">
        <Heading title={name}>
          <Name text={name} />
        </Heading>
        {isPrepared && <DeleteJob container={container} />}
        {!isIdKnown && <p className="quiet">{browsing.idUnknown}</p>}
      </div>
      {failures.state === "here" && <FailureGroups container={container} summary={failures.value} />}
      <UnknownResults
        failures={failures}
        isSearched={includeUnknown}
        onSearch={() => {
          ask({ searched: container });
        }}
      />
      {failures.state === "failed" && (
        <Failed
          title={isPrepared ? browsing.failuresFailed : browsing.notPrepared}
          failure={failures.failure}
          onRetry={() => {
            ask({ ...asked });
          }}
        />
      )}
      {isPrepared && (
        <>
          <JobOutputs container={container} />
          <TasksSection
            container={container}
            causes={failures.state === "here" ? failures.value.groups : noCauses}
          />
        </>
      )}
    </div>
  );
}

interface UnknownResultsProps {
  readonly failures: Loaded<FailureSummary>;
  readonly isSearched: boolean;
  readonly onSearch: () => void;
}

/** Offers to search the logs of tasks without a recorded result. The search reads the end of each log, so it starts on request. */
function UnknownResults({ failures, isSearched, onSearch }: UnknownResultsProps) {
  if (failures.state === "loading" && isSearched)
    return <p className="quiet note">{browsing.searchingUnknown}</p>;
  if (failures.state !== "here") return null;
  const { notSearchedCount, groups } = failures.value;
  if (isSearched) return groups.length === 0 ? <p className="quiet note">{browsing.noErrorsInLogs}</p> : null;
  if (notSearchedCount === 0) return null;
  return (
    <p className="quiet note">
      {browsing.resultsUnknown(notSearchedCount)}{" "}
      <Button size="small" onClick={onSearch}>
        {browsing.searchUnknown}
      </Button>
    </p>
  );
}
