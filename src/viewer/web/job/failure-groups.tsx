import { useState } from "react";
import { Button } from "@fluentui/react-components";
import type { FailureGroupItem, FailureSummary } from "../../protocol/index.js";
import { useQuery } from "../address/navigation.js";
import { Moment } from "../components/moment.js";
import { Name } from "../components/name.js";
import { RouteLink } from "../components/route-link.js";
import { escapeInvisible } from "../format/escape-invisible.js";
import { browsing } from "../text/browsing.js";

/** More causes are shown on request: the tasks are below them. */
const usualCount = 5;
/** Failures within this time are shown as one time. */
const sameTimeInMs = 60_000;

export interface FailureGroupsProps {
  readonly container: string;
  readonly summary: FailureSummary;
}

/** Why tasks of the job failed: one entry for each cause, the largest first. */
export function FailureGroups({
  container,
  summary: { groups, failedCount, unreadCount, archivedCount },
}: FailureGroupsProps) {
  const [isAll, setAll] = useState(false);
  if (groups.length === 0) return null;
  const shown = isAll ? groups : groups.slice(0, usualCount);
  return (
    <section aria-labelledby="failures" className="failures">
      <div className="section-title">
        <h2 id="failures">{browsing.failuresTitle}</h2>
        <span className="quiet">{browsing.failuresCount(failedCount, groups.length)}</span>
      </div>
      {shown.map((group, index) => (
        <FailureGroup key={group.id} container={container} group={group} isOpen={index === 0} />
      ))}
      {shown.length < groups.length && (
        <Button
          size="small"
          className="failures-all"
          onClick={() => {
            setAll(true);
          }}
        >
          {browsing.showAllCauses(groups.length)}
        </Button>
      )}
      {unreadCount > 0 && <p className="quiet note">{browsing.failuresUnread(unreadCount)}</p>}
      {archivedCount > 0 && <p className="quiet note">{browsing.failuresArchived(archivedCount)}</p>}
    </section>
  );
}

interface FailureGroupProps {
  readonly container: string;
  readonly group: FailureGroupItem;
  readonly isOpen: boolean;
}

function FailureGroup({ container, group, isOpen }: FailureGroupProps) {
  const [query, change] = useQuery();
  const { id, count, share, error, explanation, example } = group;
  const isChosen = query.get("cause") === id;
  return (
    <details className="failure" open={isOpen}>
      <summary>
        <span className="failure-count">{browsing.failureCount(count, share)}</span>
        <span className="failure-cause">
          {error === undefined ? (
            escapeInvisible(explanation ?? describeExit(group))
          ) : (
            <code>{escapeInvisible(error)}</code>
          )}
        </span>
        {(error ?? explanation) !== undefined && (
          <span className="quiet">{escapeInvisible(describeExit(group))}</span>
        )}
      </summary>
      <p className="quiet">
        <TimesAndNode group={group} />
        {error !== undefined && explanation !== undefined && <span>{escapeInvisible(explanation)}</span>}
      </p>
      {example !== undefined && example.lines.length > 0 && (
        <pre className="failure-lines" tabIndex={0} aria-label={browsing.failureLines}>
          {example.lines.map(escapeInvisible).join("\n")}
        </pre>
      )}
      <p className="failure-actions">
        <Button
          size="small"
          aria-pressed={isChosen}
          onClick={() => {
            change({ cause: isChosen ? undefined : id });
          }}
        >
          {isChosen ? browsing.showAllTasks : browsing.showTasksOfCause(count)}
        </Button>
        {example !== undefined && <ExampleLink container={container} example={example} />}
      </p>
    </details>
  );
}

interface ExampleLinkProps {
  readonly container: string;
  readonly example: NonNullable<FailureGroupItem["example"]>;
}

function ExampleLink({ container, example: { taskId, blobName } }: ExampleLinkProps) {
  return (
    <>
      <span className="quiet">
        {browsing.failureExample} <Name text={taskId} />
      </span>
      {blobName === undefined ? (
        <RouteLink to={{ screen: "task", container, taskId }}>{browsing.openExampleTask}</RouteLink>
      ) : (
        <RouteLink to={{ screen: "view", container, blobName }}>{browsing.openExampleLog}</RouteLink>
      )}
    </>
  );
}

function TimesAndNode({ group }: Pick<FailureGroupProps, "group">) {
  const { firstAt = "", lastAt = "", concentratedOn } = group;
  const isLong = Date.parse(lastAt) - Date.parse(firstAt) > sameTimeInMs;
  return (
    <>
      {lastAt !== "" && (
        <span>
          {isLong && (
            <>
              {browsing.first} <Moment iso={firstAt} />, {browsing.last}{" "}
            </>
          )}
          <Moment iso={lastAt} />
        </span>
      )}
      {concentratedOn !== undefined && (
        <strong>
          {browsing.mostlyOnNode} <Name text={concentratedOn} />
        </strong>
      )}
    </>
  );
}

function describeExit({ exitCode, signal, code }: FailureGroupItem): string {
  if (code !== undefined) return code;
  return exitCode === undefined ? (signal ?? browsing.exit("")) : browsing.exit(exitCode);
}
