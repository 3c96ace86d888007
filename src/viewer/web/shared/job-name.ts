import { useSyncExternalStore } from "react";
import { jobIdFromContainerName } from "../../../conventions/index.js";
import { useConfig } from "../api/config.js";

const known = new Map<string, string>();
const watchers = new Set<() => void>();

/** Remembers whose container this is: a container's name does not always tell its job. */
export function rememberJobId(container: string, jobId: string | undefined): void {
  if (jobId === undefined || known.get(container) === jobId) return;
  known.set(container, jobId);
  for (const watcher of watchers) watcher();
}

/** The id of a container's job, where it is known. */
export function useJobId(container: string): string | undefined {
  const config = useConfig();
  const heard = useSyncExternalStore(watch, () => known.get(container));
  const told = config.container === container ? config.jobId : undefined;
  return heard ?? told ?? jobIdFromContainerName(container);
}

/** What to call a container's job: its id, or else the container. */
export function useJobName(container: string): string {
  return useJobId(container) ?? container;
}

function watch(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}
