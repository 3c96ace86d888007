import { useEffect, useSyncExternalStore } from "react";
import { jobIdFromContainerName } from "../../../conventions/index.js";
import { addresses, type JobItem } from "../../protocol.js";
import { stream } from "../api/client.js";
import { useConfig } from "../api/config.js";

/** The jobs of containers, as far as they were heard of; `undefined`: it was asked, and is not known. */
const known = new Map<string, string | undefined>();
const watchers = new Set<() => void>();

/** Remembers whose container this is: a container's name does not always tell its job. */
export function rememberJobId(container: string, jobId: string | undefined): void {
  if (known.has(container) && known.get(container) === jobId) return;
  known.set(container, jobId);
  for (const watcher of watchers) watcher();
}

/** The id of a container's job, where it is known: by its name, or by what the jobs' listing says. */
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
      // The container's name stands for the job's then; the screen's own listing tells what is wrong.
    });
    return () => {
      leaving.abort();
    };
  }, [isAsked, container]);
  return jobId;
}

/** What to call a container's job: its id, or else the container. */
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
