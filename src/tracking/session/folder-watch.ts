import { type FSWatcher, watch } from "node:fs";
import { basename, dirname, extname } from "node:path";

/** `rename`: the file, or one whose name begins like its, came or went. `change`: the file was written to. */
export type FileEvent = "rename" | "change";

type Listener = (event: FileEvent) => void;

interface Watched {
  readonly watcher: FSWatcher;
  readonly listeners: Map<string, Set<Listener>>;
}

/** The system has few watches to give, and others need some too. */
const maxFolders = 64;

const folders = new Map<string, Watched>();

/**
 * Calls back when the system says that a file was created, renamed, removed or written to. A hint and no more: network
 * mounts say nothing, and where a watch is not to be had there is none.
 */
export function watchFile(path: string, onChange: Listener): Disposable {
  const folder = dirname(path);
  const watched = folders.get(folder) ?? startWatching(folder);
  const name = basename(path);
  const listeners: Set<Listener> = watched?.listeners.get(name) ?? new Set();
  listeners.add(onChange);
  watched?.listeners.set(name, listeners);
  return {
    [Symbol.dispose]: () => {
      listeners.delete(onChange);
      if (listeners.size === 0) watched?.listeners.delete(name);
      if (watched?.listeners.size === 0) stopWatching(folder, watched);
    },
  };
}

function startWatching(folder: string): Watched | undefined {
  if (folders.size >= maxFolders) return undefined;
  const listeners: Watched["listeners"] = new Map();
  try {
    const watcher = watch(folder, { persistent: false }, (event, name) => {
      notify(listeners, event, name ?? "");
    });
    const watched = { watcher, listeners };
    watcher.on("error", () => {
      stopWatching(folder, watched);
    });
    folders.set(folder, watched);
    return watched;
  } catch {
    // No such folder yet, or no watch left: the poller finds out by itself.
    return undefined;
  }
}

function notify(listeners: Watched["listeners"], event: FileEvent, name: string): void {
  if (event === "change") {
    for (const onChange of listeners.get(name) ?? []) onChange(event);
    return;
  }
  // A rotation concerns the files beside the tracked one, too.
  for (const [own, each] of listeners) {
    if (!name.startsWith(basename(own, extname(own)))) continue;
    for (const onChange of each) onChange(event);
  }
}

function stopWatching(folder: string, watched: Watched): void {
  watched.watcher.close();
  if (folders.get(folder) === watched) folders.delete(folder);
}
