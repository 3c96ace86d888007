import { Dropdown, Option, Select, ToggleButton } from "@fluentui/react-components";
import type { ReactNode } from "react";
import type { OutputItem } from "../../protocol/index.js";
import { open } from "../address/navigation.js";
import type { ViewedFile } from "../address/viewed-file.js";
import { Moment } from "../components/moment.js";
import { Name } from "../components/name.js";
import { ShareButton } from "../share/share-button.js";
import { ToolButton } from "../components/tool-button.js";
import { RouteLink } from "../components/route-link.js";
import { Heading } from "../components/heading.js";
import { reading } from "../text/reading.js";
import { findLog, type TaskLog } from "../model/task-logs.js";

/** One log alone; with its companion beside it; or both merged. */
export type Arrangement = "one" | "side" | "merged";

export interface LogHeaderProps {
  readonly viewed: ViewedFile;
  /** Absent while unknown. */
  readonly output?: OutputItem | undefined;
  readonly logs?: readonly TaskLog[];
  readonly isComparing?: boolean;
  /** Opens or closes the comparison with another attempt. Absent if there is only one. */
  readonly onCompare?: (() => void) | undefined;
  readonly children?: ReactNode;
}

/** The header of a log, with links to its attempts and to the other logs of its task. */
export function LogHeader({
  viewed,
  output,
  logs = [],
  isComparing = false,
  onCompare,
  children,
}: LogHeaderProps) {
  const path =
    output?.log?.path ?? output?.path ?? (viewed.source === "node" ? viewed.path : viewed.blobName);
  const log = output && findLog(logs, output.blobName);
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
        {children}
        {onCompare !== undefined && (
          <ToolButton label={reading.log.compare.open} isOn={isComparing} onClick={onCompare}>
            {reading.log.compare.open}
          </ToolButton>
        )}
        {output !== undefined && <ShareButton container={output.container} blobName={output.blobName} />}
      </span>
    </header>
  );
}

const arrangements: readonly (readonly [Arrangement, string])[] = [
  ["one", reading.log.one],
  ["side", reading.log.sideBySide],
  ["merged", reading.log.merged],
];

interface ArrangementsProps {
  readonly current: Arrangement;
  readonly onArrange: (arrangement: Arrangement) => void;
}

/** Buttons to choose the arrangement of a log and its companion. */
export function Arrangements({ current, onArrange }: ArrangementsProps) {
  return (
    <span role="group" aria-label={reading.log.arrangement} className="choice">
      {arrangements.map(([arrangement, label]) => (
        <ToggleButton
          key={arrangement}
          size="small"
          appearance="subtle"
          checked={arrangement === current}
          onClick={() => {
            onArrange(arrangement);
          }}
        >
          {label}
        </ToggleButton>
      ))}
    </span>
  );
}

/** Links to the attempts; each has an address of its own. */
function Attempts({ log, current }: { readonly log: TaskLog; readonly current: OutputItem }) {
  return (
    <nav aria-label={reading.log.attempts} className="choice">
      {log.attempts.map(({ container, blobName, log: attempt }) => (
        <RouteLink key={blobName} to={{ screen: "view", container, blobName }} query={{}}>
          <span aria-current={blobName === current.blobName ? "page" : undefined}>
            {formatAttempt(attempt)}
          </span>
        </RouteLink>
      ))}
    </nav>
  );
}

/** Formats the name of an attempt. */
export function formatAttempt(log: OutputItem["log"]): string {
  return log?.attempt === undefined ? reading.log.latestAttempt : reading.log.attempt(log.attempt);
}

export interface AttemptChoiceProps {
  readonly attempts: readonly OutputItem[];
  readonly chosen: OutputItem;
  readonly onChoose: (attempt: OutputItem) => void;
}

/** Chooses the attempt to compare with. */
export function AttemptChoice({ attempts, chosen, onChoose }: AttemptChoiceProps) {
  return (
    <Select
      size="small"
      aria-label={reading.log.compare.with}
      value={chosen.blobName}
      onChange={(_, { value }) => {
        const attempt = attempts.find(({ blobName }) => blobName === value);
        if (attempt !== undefined) onChoose(attempt);
      }}
    >
      {attempts.map(({ blobName, log }) => (
        <option key={blobName} value={blobName}>
          {formatAttempt(log)}
        </option>
      ))}
    </Select>
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
