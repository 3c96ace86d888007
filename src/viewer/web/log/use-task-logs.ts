import { useEffect, useState } from "react";
import { parseOutputBlobName } from "../../../conventions/index.js";
import { addresses, type OutputItem, type Tally } from "../../protocol/index.js";
import { stream } from "../api/client.js";
import type { ViewedFile } from "../address/viewed-file.js";
import { announce } from "../page/announcer.js";
import { isLogKind } from "../model/kinds.js";
import { reading } from "../text/reading.js";
import { groupLogs, type TaskLog } from "../model/task-logs.js";

const none: readonly TaskLog[] = [];

/** Returns the logs of the task of a log, as they are found. The log itself can be read without them. */
export function useTaskLogs(viewed: ViewedFile): readonly TaskLog[] {
  const [logs, setLogs] = useState(none);
  const { container } = viewed;
  const taskId = viewed.source === "saved" ? parseOutputBlobName(viewed.blobName)?.taskId : undefined;
  useEffect(() => {
    if (taskId === undefined) return;
    const leaving = new AbortController();
    findLogs(container, taskId, leaving.signal, setLogs).catch(() => {
      // The log itself shows an error of the store; here only the links to other logs are missing.
      if (!leaving.signal.aborted) announce(reading.log.othersUnknown);
    });
    return () => {
      leaving.abort();
    };
  }, [container, taskId]);
  return logs;
}

async function findLogs(
  container: string,
  taskId: string,
  abortSignal: AbortSignal,
  found: (logs: readonly TaskLog[]) => void,
): Promise<void> {
  const outputs: OutputItem[] = [];
  for await (const message of stream<OutputItem, Tally>(addresses.outputs(container, taskId), {
    abortSignal,
  })) {
    if ("item" in message && isLogKind(message.item.kind)) outputs.push(message.item);
    if (!("item" in message)) found(groupLogs(outputs));
  }
}
