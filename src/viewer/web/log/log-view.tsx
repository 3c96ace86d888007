import { useCallback, useState } from "react";
import { addresses, type OutputItem } from "../../protocol/index.js";
import { getJson } from "../api/client.js";
import { useQuery } from "../address/navigation.js";
import type { ViewedFile } from "../address/viewed-file.js";
import { Failed, Loading } from "../components/states.js";
import { reading } from "../text/reading.js";
import { LogFile, openNodeLog, openSavedLog } from "./log-file.js";
import { ComparePanel } from "../compare/compare-panel.js";
import { Arrangements, AttemptChoice, formatAttempt, LogHeader, type Arrangement } from "./log-header.js";
import { LogDownload, LogPanels } from "./log-panels.js";
import { MergedPanel } from "./merged-panel.js";
import { findCompanion, listOtherAttempts, orderAttempts } from "../model/task-logs.js";
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
  const others = output === undefined ? [] : listOtherAttempts(logs, output);
  const compared = others.find(({ blobName }) => blobName === query.get("compare"));
  const onCompare = (other: OutputItem | undefined) => {
    const left = other === undefined ? { ignore: undefined } : {};
    changeQuery({ compare: other?.blobName, at: undefined, to: undefined, ...left });
  };
  const shared = {
    isWrapped,
    onWrap,
    onReload: retry,
  };
  return (
    <div className="log-view">
      <LogHeader
        viewed={viewed}
        output={output}
        logs={logs}
        isComparing={compared !== undefined}
        onCompare={
          others.length === 0
            ? undefined
            : () => {
                onCompare(compared === undefined ? others[0] : undefined);
              }
        }
      >
        {compared !== undefined && others.length > 1 && (
          <AttemptChoice attempts={others} chosen={compared} onChoose={onCompare} />
        )}
        {compared === undefined && companion !== undefined && (
          <Arrangements
            current={arrangement}
            onArrange={(next) => {
              changeQuery({ show: next === "one" ? undefined : next, at: undefined, to: undefined });
            }}
          />
        )}
      </LogHeader>
      {compared !== undefined && output !== undefined ? (
        <ComparePanel
          key={tries}
          outputs={orderAttempts(output, compared)}
          titles={[
            formatAttempt(orderAttempts(output, compared)[0].log),
            formatAttempt(orderAttempts(output, compared)[1].log),
          ]}
          onReload={retry}
        />
      ) : arrangement === "merged" && output !== undefined && companion !== undefined ? (
        <MergedPanel key={tries} outputs={orderStreams(output, companion)} {...shared}>
          {orderStreams(output, companion).map(({ container, blobName, path }) => (
            <LogDownload key={blobName} viewed={{ source: "saved", container, blobName }} name={path} />
          ))}
        </MergedPanel>
      ) : (
        <LogPanels
          viewed={viewed}
          file={file}
          output={output}
          companion={arrangement === "side" ? companion : undefined}
          {...shared}
        />
      )}
    </div>
  );
}

async function openLog(viewed: ViewedFile, abortSignal: AbortSignal): Promise<OpenLog> {
  if (viewed.source === "node") return { file: new LogFile(await openNodeLog(viewed)) };
  const address = addresses.properties(viewed.container, viewed.blobName);
  const output = await getJson<OutputItem>(address, { abortSignal });
  return { file: new LogFile(await openSavedLog(output, { abortSignal })), output };
}

function parseArrangement(query: URLSearchParams): Arrangement {
  const show = query.get("show");
  return show === "side" || show === "merged" ? show : "one";
}

/** Puts standard output first, whichever was opened. */
function orderStreams(one: OutputItem, other: OutputItem): readonly [OutputItem, OutputItem] {
  return one.path.includes("stderr") ? [other, one] : [one, other];
}
