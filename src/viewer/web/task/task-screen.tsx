import { useMemo } from "react";
import { addresses, type OutputItem, type Tally, type TaskStateItem } from "../../protocol/index.js";
import { useConfig } from "../api/config.js";
import { useListing } from "../api/use-listing.js";
import { useQuery } from "../address/navigation.js";
import { OutputsPanel } from "../outputs/outputs-panel.js";
import { isLogKind } from "../model/kinds.js";
import { Name } from "../components/name.js";
import { Failed } from "../components/states.js";
import { Tabs } from "../components/tabs.js";
import { Heading } from "../components/heading.js";
import { useKeys } from "../keys/use-keys.js";
import { browsing } from "../text/browsing.js";
import { shortcuts } from "../text/shortcuts.js";
import { LogEnds } from "./log-ends.js";
import { NodeFiles } from "./node-files.js";
import { TaskState } from "./task-state.js";
import { useTaskState } from "./use-task-state.js";
import { getOutcome } from "../model/outcome.js";

const tabs = ["outputs", "logs", "node"] as const;
type TabName = (typeof tabs)[number];

export interface TaskScreenProps {
  readonly container: string;
  readonly taskId: string;
}

/** The screen of a task: state, outputs, logs, and with access to Azure Batch the files on its node. */
export function TaskScreen({ container, taskId }: TaskScreenProps) {
  const { hasBatch } = useConfig();
  const { state, failure, refresh } = useTaskState(container, taskId);
  const listing = useListing<OutputItem, Tally>(addresses.outputs(container, taskId));
  const [query, change] = useQuery();
  const logs = useMemo(() => listing.items.filter(({ kind }) => isLogKind(kind)), [listing.items]);
  const files = useMemo(() => listing.items.filter(({ kind }) => !isLogKind(kind)), [listing.items]);
  const offered = hasBatch ? tabs : tabs.slice(0, 2);
  const requested = offered.find((name) => name === query.get("tab"));
  const tab =
    requested ?? chooseTab({ state, hasBatch, isComplete: listing.state === "complete", files, logs });
  const show = (name: TabName) => {
    change({ tab: name, q: undefined, sort: undefined });
  };
  useKeys((key) => {
    const name = offered[Number(key) - 1];
    if (name === undefined) return false;
    show(name);
    return true;
  }, shortcuts.tabs);
  const counts = { outputs: files.length, logs: logs.length, node: undefined };
  return (
    <div className="screen">
      <div className="screen-head">
        <Heading title={taskId}>
          <Name text={taskId} />
        </Heading>
        {state !== undefined && <TaskState state={state} />}
      </div>
      {failure !== undefined && <Failed title={browsing.statesFailed} failure={failure} onRetry={refresh} />}
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
            empty={getEmptyText(tab, hasBatch)}
            isPrimary
          />
        )}
        {tab === "outputs" && <LogEnds container={container} logs={logs} />}
      </section>
    </div>
  );
}

interface Left {
  readonly state: TaskStateItem | undefined;
  readonly hasBatch: boolean;
  /** The listing is complete. */
  readonly isComplete: boolean;
  readonly files: readonly OutputItem[];
  readonly logs: readonly OutputItem[];
}

/** Chooses the initial tab: the logs of a failed task, or the files on the node if nothing was saved. */
function chooseTab({ state, hasBatch, isComplete, files, logs }: Left): TabName {
  const isNothingSaved = isComplete && files.length + logs.length === 0;
  if (hasBatch && isNothingSaved && state?.nodeId !== undefined) return "node";
  if (getOutcome(state) === "failed" || (files.length === 0 && logs.length > 0)) return "logs";
  return "outputs";
}

function getEmptyText(tab: "outputs" | "logs", hasBatch: boolean) {
  const { title, advice, adviceWithNode } = tab === "logs" ? browsing.noLogs : browsing.noOutputs;
  return { title, advice: hasBatch ? adviceWithNode : advice };
}
