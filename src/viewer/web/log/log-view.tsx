import { useCallback, useState } from "react";
import { addresses, type OutputItem } from "../../protocol.js";
import { getJson } from "../api/client.js";
import { useQuery } from "../address/navigation.js";
import type { Readable } from "../address/readable.js";
import { DownloadButton } from "../parts/download-button.js";
import { Name } from "../parts/name.js";
import { Failed, Loading } from "../parts/states.js";
import { reading } from "../text/reading.js";
import { LogFile, nodeLog, savedLog } from "./log-file.js";
import { Arrangements, LogHeader, type Arrangement } from "./log-header.js";
import { LogPanel } from "./log-panel.js";
import { MergedPanel } from "./merged-panel.js";
import { companionOf } from "../model/task-logs.js";
import { useLoaded } from "../api/use-loaded.js";
import { useTaskLogs } from "./use-task-logs.js";
import { useWrap } from "../pane/use-wrap.js";
import "../pane/reading.css";

interface OpenLog {
  readonly file: LogFile;
  readonly output?: OutputItem;
}

/** A log: at its end, as it grows; alone, or with the one that goes with it. */
export function LogView({ readable }: { readonly readable: Readable }) {
  const [query, changeQuery] = useQuery();
  const [tries, setTries] = useState(0);
  const [active, setActive] = useState(0);
  const logs = useTaskLogs(readable);
  const [isWrapped, onWrap] = useWrap();
  // By what it says: the page is drawn anew, with another object, when the system's theme changes.
  const key = JSON.stringify(readable);
  const load = useCallback(
    async (abortSignal: AbortSignal) => {
      if (tries < 0) throw new RangeError("tries are counted from 0");
      return await openLog(JSON.parse(key) as Readable, abortSignal);
    },
    [key, tries],
  );
  const opened = useLoaded<OpenLog>(load);
  const again = () => {
    setTries(tries + 1);
  };
  if (opened.state !== "here") {
    return (
      <div className="log-view">
        <LogHeader readable={readable} />
        {opened.state === "loading" ? (
          <Loading />
        ) : (
          <Failed title={reading.failedToOpen} failure={opened.failure} onAgain={again} />
        )}
      </div>
    );
  }
  const { file, output } = opened.value;
  const companion = output && companionOf(logs, output);
  const arrangement: Arrangement = companion === undefined ? "one" : arrangementIn(query);
  const shared = {
    isWrapped,
    onWrap,
    onReload: again,
  };
  return (
    <div className="log-view">
      <LogHeader readable={readable} output={output} logs={logs}>
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
        <MergedPanel key={tries} outputs={inOrder(output, companion)} {...shared}>
          {inOrder(output, companion).map(({ container, blobName, path }) => (
            <Download key={blobName} readable={{ source: "saved", container, blobName }} name={path} />
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
            <LogPanel file={file} name={nameOf(readable, output)} isActive={active === 0} {...shared}>
              {arrangement === "side" && <Name text={nameOf(readable, output)} />}
              <Download readable={readable} name={nameOf(readable, output)} />
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
  const [file] = useState(() => new LogFile(savedLog(output)));
  const { container, blobName } = output;
  return (
    <LogPanel file={file} name={output.path} {...shared}>
      <Name text={output.path} />
      <Download readable={{ source: "saved", container, blobName }} name={output.path} />
    </LogPanel>
  );
}

function Download({ readable, name }: { readonly readable: Readable; readonly name: string }) {
  const address =
    readable.source === "saved"
      ? addresses.content(readable.container, readable.blobName)
      : addresses.nodeFile(readable.container, readable.taskId, readable.path);
  return <DownloadButton address={address} name={name} iconOnly />;
}

async function openLog(readable: Readable, abortSignal: AbortSignal): Promise<OpenLog> {
  if (readable.source === "node") return { file: new LogFile(await nodeLog(readable)) };
  const address = addresses.properties(readable.container, readable.blobName);
  const output = await getJson<OutputItem>(address, { abortSignal });
  return { file: new LogFile(savedLog(output)), output };
}

function arrangementIn(query: URLSearchParams): Arrangement {
  const show = query.get("show");
  return show === "side" || show === "merged" ? show : "one";
}

function nameOf(readable: Readable, output: OutputItem | undefined): string {
  return output?.path ?? (readable.source === "node" ? readable.path : readable.blobName);
}

/** Standard output first, whichever was opened. */
function inOrder(one: OutputItem, other: OutputItem): readonly [OutputItem, OutputItem] {
  return one.path.includes("stderr") ? [other, one] : [one, other];
}
