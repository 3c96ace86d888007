import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useCallback, type ReactNode } from "react";
import type { OutputItem } from "../../protocol/index.js";
import { formatBytes } from "../format/measures.js";
import { Failed, Loading } from "../components/states.js";
import { reading } from "../text/reading.js";
import { LogFile } from "./log-file.js";
import { LogPanel } from "./log-panel.js";
import { mergeLogs, mergeLimitBytes, type MergedLog } from "./merge-logs.js";
import { useLoaded } from "../api/use-loaded.js";

export interface MergedPanelProps {
  readonly outputs: readonly [OutputItem, OutputItem];
  readonly isWrapped: boolean;
  readonly onWrap: () => void;
  readonly onReload: () => void;
  readonly children?: ReactNode;
}

const orders: Readonly<Record<MergedLog["order"], string>> = {
  time: reading.log.mergedByTime,
  "no-times": reading.log.mergedInOrder,
  "too-large": reading.log.mergedTooLong(formatBytes(mergeLimitBytes)),
};

/** Two logs merged, with a note about their order. */
export function MergedPanel({ outputs, onReload, children, ...shared }: MergedPanelProps) {
  const [one, other] = outputs;
  const key = JSON.stringify([one, other]);
  const load = useCallback(
    async (abortSignal: AbortSignal) => {
      const merged = await mergeLogs(JSON.parse(key) as [OutputItem, OutputItem], { abortSignal });
      return { file: new LogFile(merged.log), order: merged.order };
    },
    [key],
  );
  const loaded = useLoaded(load);
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") {
    return <Failed title={reading.failedToOpen} failure={loaded.failure} onRetry={onReload} />;
  }
  return (
    <>
      <MessageBar intent="info">
        <MessageBarBody>
          {orders[loaded.value.order]} {reading.log.mergedAsOf}
        </MessageBarBody>
      </MessageBar>
      <LogPanel file={loaded.value.file} name={reading.log.merged} isActive onReload={onReload} {...shared}>
        {children}
      </LogPanel>
    </>
  );
}
