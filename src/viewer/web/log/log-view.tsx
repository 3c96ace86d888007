import { useCallback, useState } from "react";
import { addresses, type OutputItem } from "../../protocol/index.js";
import { getJson } from "../api/client.js";
import { useQuery } from "../address/navigation.js";
import type { ViewedFile } from "../address/viewed-file.js";
import { DownloadButton } from "../components/download-button.js";
import { Name } from "../components/name.js";
import { Failed, Loading } from "../components/states.js";
import { reading } from "../text/reading.js";
import { LogFile, openNodeLog, createSavedLog } from "./log-file.js";
import { Arrangements, LogHeader, type Arrangement } from "./log-header.js";
import { LogPanel } from "./log-panel.js";
import { MergedPanel } from "./merged-panel.js";
import { findCompanion } from "../model/task-logs.js";
import { useLoaded } from "../api/use-loaded.js";
import { useTaskLogs } from "./use-task-logs.js";
import { useWrap } from "../pane/use-wrap.js";
import "../pane/reading.css";

interface OpenLog {
  readonly file: LogFile;
  readonly output?: OutputItem;
}

/** The screen of a log: alone, beside its companion, or merged with it. */
export function LogView({ viewed }: { readonly viewed: ViewedFile }) {
  const [query, changeQuery] = useQuery();
  const [tries, setTries] = useState(0);
  const [active, setActive] = useState(0);
  const logs = useTaskLogs(viewed);
  const [isWrapped, onWrap] = useWrap();
  // Compared by value: the object is a new one whenever the page renders again, such as for another theme.
  const key = JSON.stringify(viewed);
  const load = useCallback(
    async (abortSignal: AbortSignal) => {
      if (tries < 0) throw new RangeError("tries are counted from 0");
      return await openLog(JSON.parse(key) as ViewedFile, abortSignal);
    },
    [key, tries],
  );
  const opened = useLoaded<OpenLog>(load);
  const retry = () => {
    setTries(tries + 1);
  };
  if (opened.state !== "here") {
    return (
      <div className="log-view">
        <LogHeader viewed={viewed} />
        {opened.state === "loading" ? (
          <Loading />
        ) : (
          <Failed title={reading.failedToOpen} failure={opened.failure} onRetry={retry} />
        )}
      </div>
    );
  }
  const { file, output } = opened.value;
  const companion = output && findCompanion(logs, output);
  const arrangement: Arrangement = companion === undefined ? "one" : parseArrangement(query);
  const shared = {
    isWrapped,
    onWrap,
    onReload: retry,
  };
  return (
    <div className="log-view">
      <LogHeader viewed={viewed} output={output} logs={logs}>
        {companion !== undefined && (
          <Arrangements
            current={arrangement}
            onArrange={(next) => {
              changeQuery({ show: next === "one" ? undefined : next, at: undefined, to: undefined });
            }}
          />
        )}
      </LogHeader>
      {arrangement === "merged" && output !== undefined && companion !== undefined ? (
        <MergedPanel key={tries} outputs={orderStreams(output, companion)} {...shared}>
          {orderStreams(output, companion).map(({ container, blobName, path }) => (
            <Download key={blobName} viewed={{ source: "saved", container, blobName }} name={path} />
          ))}
        </MergedPanel>
      ) : (
        <div className="log-panels">
          <div
            className="log-side"
            onFocus={() => {
              setActive(0);
            }}
          >
            <LogPanel file={file} name={getDisplayName(viewed, output)} isActive={active === 0} {...shared}>
              {arrangement === "side" && <Name text={getDisplayName(viewed, output)} />}
              <Download viewed={viewed} name={getDisplayName(viewed, output)} />
            </LogPanel>
          </div>
          {arrangement === "side" && companion !== undefined && (
            <div
              className="log-side"
              onFocus={() => {
                setActive(1);
              }}
            >
              <CompanionPanel
                key={companion.blobName}
                output={companion}
                isActive={active === 1}
                {...shared}
              />
            </div>
          )}
        </div>
      )}
    </div>
  );
}

interface CompanionPanelProps {
  readonly output: OutputItem;
  readonly isActive: boolean;
  readonly isWrapped: boolean;
  readonly onWrap: () => void;
  readonly onReload: () => void;
}

function CompanionPanel({ output, ...shared }: CompanionPanelProps) {
  const [file] = useState(() => new LogFile(createSavedLog(output)));
  const { container, blobName } = output;
  return (
    <LogPanel file={file} name={output.path} {...shared}>
      <Name text={output.path} />
      <Download viewed={{ source: "saved", container, blobName }} name={output.path} />
    </LogPanel>
  );
}

function Download({ viewed, name }: { readonly viewed: ViewedFile; readonly name: string }) {
  const address =
    viewed.source === "saved"
      ? addresses.content(viewed.container, viewed.blobName)
      : addresses.nodeFile(viewed.container, viewed.taskId, viewed.path);
  return <DownloadButton address={address} name={name} iconOnly />;
}

async function openLog(viewed: ViewedFile, abortSignal: AbortSignal): Promise<OpenLog> {
  if (viewed.source === "node") return { file: new LogFile(await openNodeLog(viewed)) };
  const address = addresses.properties(viewed.container, viewed.blobName);
  const output = await getJson<OutputItem>(address, { abortSignal });
  return { file: new LogFile(createSavedLog(output)), output };
}

function parseArrangement(query: URLSearchParams): Arrangement {
  const show = query.get("show");
  return show === "side" || show === "merged" ? show : "one";
}

function getDisplayName(viewed: ViewedFile, output: OutputItem | undefined): string {
  return output?.path ?? (viewed.source === "node" ? viewed.path : viewed.blobName);
}

/** Puts standard output first, whichever was opened. */
function orderStreams(one: OutputItem, other: OutputItem): readonly [OutputItem, OutputItem] {
  return one.path.includes("stderr") ? [other, one] : [one, other];
}
