import { Dropdown, Option, Tab, TabList } from "@fluentui/react-components";
import type { OutputItem } from "../../protocol.js";
import { open } from "../navigation.js";
import type { Readable } from "../readable.js";
import { Moment } from "../shared/moment.js";
import { Name } from "../shared/name.js";
import { Heading } from "../shell/heading.js";
import { reading } from "../text/reading.js";
import { logOf, type TaskLog } from "./task-logs.js";

/** A log alone, beside the one that goes with it, or both as one. */
export type Arrangement = "one" | "side" | "merged";

export interface LogHeaderProps {
  readonly readable: Readable;
  readonly output: OutputItem | undefined;
  readonly logs: readonly TaskLog[];
  readonly companion: OutputItem | undefined;
  readonly arrangement: Arrangement;
  readonly onArrange: (arrangement: Arrangement) => void;
}

/** What log this is; its attempts and the other logs of its task are one click away. */
export function LogHeader({ readable, output, logs, companion, arrangement, onArrange }: LogHeaderProps) {
  const path =
    output?.log?.path ?? output?.path ?? (readable.source === "node" ? readable.path : readable.blobName);
  const log = output && logOf(logs, output.blobName);
  return (
    <header className="log-header">
      <Heading title={path}>
        <Name text={path} />
      </Heading>
      {output !== undefined && (
        <span className="quiet">
          <Moment iso={output.lastModified} />
        </span>
      )}
      {output?.log !== undefined && output.log.gaps > 0 && (
        <span className="log-gaps">{reading.log.gaps(output.log.gaps)}</span>
      )}
      <span className="log-choices">
        {logs.length > 1 && <OtherLogs logs={logs} current={log} />}
        {output !== undefined && log !== undefined && log.attempts.length > 1 && (
          <Attempts log={log} current={output} />
        )}
        {companion !== undefined && (
          <TabList
            size="small"
            selectedValue={arrangement}
            aria-label={reading.log.arrangement}
            onTabSelect={(_, { value }) => {
              onArrange(value === "side" || value === "merged" ? value : "one");
            }}
          >
            <Tab value="one">{reading.log.one}</Tab>
            <Tab value="side">{reading.log.sideBySide}</Tab>
            <Tab value="merged">{reading.log.merged}</Tab>
          </TabList>
        )}
      </span>
    </header>
  );
}

function Attempts({ log, current }: { readonly log: TaskLog; readonly current: OutputItem }) {
  return (
    <TabList
      size="small"
      selectedValue={current.blobName}
      aria-label={reading.log.attempts}
      onTabSelect={(_, { value }) => {
        open({ screen: "view", container: current.container, blobName: String(value) }, {});
      }}
    >
      {log.attempts.map((output) => (
        <Tab key={output.blobName} value={output.blobName}>
          {output.log?.attempt === undefined
            ? reading.log.latestAttempt
            : reading.log.attempt(output.log.attempt)}
        </Tab>
      ))}
    </TabList>
  );
}

function OtherLogs({
  logs,
  current,
}: {
  readonly logs: readonly TaskLog[];
  readonly current: TaskLog | undefined;
}) {
  return (
    <Dropdown
      size="small"
      aria-label={reading.log.otherLogs}
      value={current?.path ?? ""}
      selectedOptions={current === undefined ? [] : [current.path]}
      onOptionSelect={(_, { optionValue }) => {
        const latest = logs.find(({ path }) => path === optionValue)?.attempts[0];
        if (latest === undefined) return;
        open({ screen: "view", container: latest.container, blobName: latest.blobName }, {});
      }}
    >
      {logs.map(({ path }) => (
        <Option key={path} value={path} text={path}>
          <Name text={path} />
        </Option>
      ))}
    </Dropdown>
  );
}
