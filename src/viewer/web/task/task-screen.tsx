import { useMemo } from "react";
import { addresses, type OutputItem, type Tally, type TaskStateItem } from "../../protocol.js";
import { useConfig } from "../api/config.js";
import { useListing } from "../api/use-listing.js";
import { useQuery } from "../navigation.js";
import { OutputsPanel } from "../outputs/outputs-panel.js";
import { isLogKind } from "../shared/kinds.js";
import { Name } from "../shared/name.js";
import { Tabs } from "../shared/tabs.js";
import { Heading } from "../shell/heading.js";
import { useKeys } from "../shell/keys.js";
import { browsing } from "../text/browsing.js";
import { LogEnds } from "./log-ends.js";
import { NodeFiles } from "./node-files.js";
import { TaskState } from "./task-state.js";
import { useTaskState } from "./use-task-state.js";
import { outcomeOf } from "../job/task-row.js";

const tabs = ["outputs", "logs", "node"] as const;
type TabName = (typeof tabs)[number];

export interface TaskScreenProps {
  readonly container: string;
  readonly taskId: string;
}

/** A task: what it saved and logged, and where Azure Batch is asked, how it fared and what is still on its node. */
export function TaskScreen({ container, taskId }: TaskScreenProps) {
  const { hasBatch } = useConfig();
  return hasBatch ? (
    <WithState container={container} taskId={taskId} />
  ) : (
    <Task container={container} taskId={taskId} state={undefined} />
  );
}

function WithState({ container, taskId }: TaskScreenProps) {
  const state = useTaskState(container, taskId);
  return <Task container={container} taskId={taskId} state={state} />;
}

interface TaskProps extends TaskScreenProps {
  readonly state: TaskStateItem | undefined;
}

function Task({ container, taskId, state }: TaskProps) {
  const { hasBatch } = useConfig();
  const listing = useListing<OutputItem, Tally>(addresses.outputs(container, taskId));
  const [query, change] = useQuery();
  const logs = useMemo(() => listing.items.filter(({ kind }) => isLogKind(kind)), [listing.items]);
  const files = useMemo(() => listing.items.filter(({ kind }) => !isLogKind(kind)), [listing.items]);
  const offered = hasBatch ? tabs : tabs.slice(0, 2);
  const asked = offered.find((name) => name === query.get("tab"));
  // Who opens a failed task wants its log; and a task without files has only that.
  const isAboutLogs = outcomeOf(state) === "failed" || (files.length === 0 && logs.length > 0);
  const tab: TabName = asked ?? (isAboutLogs ? "logs" : "outputs");
  const show = (name: TabName) => {
    change({ tab: name, q: undefined, sort: undefined });
  };
  useKeys((key) => {
    const name = offered[Number(key) - 1];
    if (name === undefined) return false;
    show(name);
    return true;
  });
  const counts = { outputs: files.length, logs: logs.length, node: undefined };
  return (
    <div className="screen">
      <div className="screen-head">
        <Heading title={taskId}>
          <Name text={taskId} />
        </Heading>
        {state !== undefined && <TaskState state={state} />}
      </div>
      <Tabs
        label={browsing.taskTabs}
        items={offered.map((id) => ({ id, name: browsing.tabs[id], count: counts[id] }))}
        chosen={tab}
        onChoose={(id) => {
          const name = offered.find((candidate) => candidate === id);
          if (name !== undefined) show(name);
        }}
        panelId="task-panel"
      />
      <section role="tabpanel" id="task-panel" aria-labelledby={`tab-${tab}`}>
        {tab === "logs" && <LogEnds container={container} logs={logs} />}
        {tab === "node" ? (
          <NodeFiles container={container} taskId={taskId} />
        ) : (
          <OutputsPanel
            key={tab}
            label={browsing.tabs[tab]}
            listing={listing}
            outputs={tab === "logs" ? logs : files}
            container={container}
            whole={tab === "logs" ? { container, taskId, kind: "TaskLog" } : { container, taskId }}
            hasKinds={tab === "outputs"}
            empty={tab === "logs" ? browsing.noLogs : browsing.noOutputs}
            isPrimary
          />
        )}
        {tab === "outputs" && <LogEnds container={container} logs={logs} />}
      </section>
    </div>
  );
}
