import { useEffect, useSyncExternalStore } from "react";
import { jobIdFromContainerName } from "../../../conventions/index.js";
import { addresses, type JobItem } from "../../protocol/index.js";
import { stream } from "../api/client.js";
import { useConfig } from "../api/config.js";

/** Known job ids by container; `undefined`: requested, and unknown. */
const known = new Map<string, string | undefined>();
const watchers = new Set<() => void>();

/** Remembers the job id of a container whose name does not contain it. */
export function rememberJobId(container: string, jobId: string | undefined): void {
  if (known.has(container) && known.get(container) === jobId) return;
  known.set(container, jobId);
  for (const watcher of watchers) watcher();
}

/** Returns the job id of a container: from its name, the configuration, or the listing of jobs; `undefined` if unknown. */
export function useJobId(container: string): string | undefined {
  const config = useConfig();
  const heard = useSyncExternalStore(watch, () => known.get(container));
  const configured = config.container === container ? config.jobId : undefined;
  const jobId = heard ?? configured ?? jobIdFromContainerName(container);
  const isAsked = jobId === undefined && container !== "";
  useEffect(() => {
    if (!isAsked || known.has(container)) return;
    const leaving = new AbortController();
    lookUp(container, leaving.signal).catch(() => {
      // The container's name is shown instead; the screen's own listing shows the error.
    });
    return () => {
      leaving.abort();
    };
  }, [isAsked, container]);
  return jobId;
}

/** Returns the job id of a container, or its name if the id is unknown. */
export function useJobName(container: string): string {
  return useJobId(container) ?? container;
}

async function lookUp(container: string, abortSignal: AbortSignal): Promise<void> {
  for await (const message of stream<JobItem>(addresses.jobs, { abortSignal })) {
    if (!("item" in message) || message.item.container !== container) continue;
    rememberJobId(container, message.item.jobId);
    return;
  }
  rememberJobId(container, undefined);
}

function watch(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}
