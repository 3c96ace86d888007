import "./compare.css";
import { useCallback } from "react";
import type { OutputItem } from "../../protocol/index.js";
import { useQuery } from "../address/navigation.js";
import { useLoaded } from "../api/use-loaded.js";
import { Failed, Loading } from "../components/states.js";
import { formatBytes } from "../format/measures.js";
import { reading } from "../text/reading.js";
import { compareInWorker } from "./compare-in-worker.js";
import { ComparedLogs } from "./compared-logs.js";
import { comparedBytes, readLogBytes } from "./read-log-bytes.js";

/** The maximum time to align two logs; lines are paired by number after it. */
const timeoutInMs = 10_000;

const text = reading.log.compare;

export interface ComparePanelProps {
  /** The earlier attempt, and the later one. */
  readonly outputs: readonly [OutputItem, OutputItem];
  readonly titles: readonly [string, string];
  readonly onReload: () => void;
}

/** Two attempts of a log side by side. Equal lines far from a difference are folded. */
export function ComparePanel({ outputs, titles, onReload }: ComparePanelProps) {
  const [query, changeQuery] = useQuery();
  const ignoresVariables = query.get("ignore") === "1";
  const key = JSON.stringify(outputs);
  const read = useCallback(
    async (abortSignal: AbortSignal) => {
      const [one, other] = JSON.parse(key) as [OutputItem, OutputItem];
      return await Promise.all([readLogBytes(one, { abortSignal }), readLogBytes(other, { abortSignal })]);
    },
    [key],
  );
  const logs = useLoaded(read);
  const loaded = logs.state === "here" ? logs.value : undefined;
  const compare = useCallback(
    async (abortSignal: AbortSignal) => {
      if (loaded === undefined) return undefined;
      const [one, other] = loaded;
      const options = { ignoresVariables, timeoutInMs };
      return await compareInWorker({ one, other, options }, abortSignal);
    },
    [loaded, ignoresVariables],
  );
  const compared = useLoaded(compare);
  const failure =
    logs.state === "failed" ? logs.failure : compared.state === "failed" ? compared.failure : undefined;
  if (failure !== undefined)
    return <Failed title={reading.failedToOpen} failure={failure} onRetry={onReload} />;
  if (loaded === undefined || compared.state !== "here" || compared.value === undefined) return <Loading />;
  const { pairs, lines, isAligned } = compared.value;
  return (
    <ComparedLogs
      key={ignoresVariables ? "ignoring" : "exact"}
      pairs={pairs}
      lines={lines}
      titles={titles}
      notes={[
        ...(loaded[0].isCut || loaded[1].isCut ? [text.cut(formatBytes(comparedBytes))] : []),
        ...(loaded[0].isPart || loaded[1].isPart ? [reading.file.unpackedPart] : []),
        ...(isAligned ? [] : [text.notAligned]),
        ...(outputs.every(isFinished) ? [] : [text.asOf]),
      ]}
      isNumbered={!loaded[0].isCut && !loaded[1].isCut}
      ignoresVariables={ignoresVariables}
      onIgnore={() => {
        changeQuery({ ignore: ignoresVariables ? undefined : "1" });
      }}
    />
  );
}

/** Only a tracked log can grow. */
function isFinished({ log }: OutputItem): boolean {
  return log === undefined || log.finishedAt !== undefined;
}
