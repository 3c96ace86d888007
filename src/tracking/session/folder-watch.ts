import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { disposeOnce } from "../../core/index.js";
import { getStem } from "../source/files/rotation-name.js";

/**
 * `rename`: the file, or one whose name begins with the file's name, appeared or disappeared. `change`: the file was
 * written to.
 */
export type FileEvent = "rename" | "change";

type Listener = (event: FileEvent) => void;

interface Watched {
  readonly watcher: FSWatcher;
  readonly listeners: Map<string, Set<Listener>>;
}

/** Limited because the system permits only a limited number of watches. */
const maxFolders = 64;

const folders = new Map<string, Watched>();

/**
 * Calls a function when the system reports that a file was created, renamed, removed or written to. This is only a
 * hint: network file systems report no changes, and watches may not be available.
 */
export function watchFile(path: string, onChange: Listener): Disposable {
  const folder = dirname(path);
  const watched = folders.get(folder) ?? startWatching(folder);
  const name = basename(path);
  const listeners: Set<Listener> = watched?.listeners.get(name) ?? new Set();
  listeners.add(onChange);
  watched?.listeners.set(name, listeners);
  return disposeOnce(() => {
    listeners.delete(onChange);
    if (listeners.size === 0) watched?.listeners.delete(name);
    if (watched?.listeners.size === 0) stopWatching(folder, watched);
  });
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
    // The folder does not exist, or no watch is available. The poller notices changes without it.
    return undefined;
  }
}

function notify(listeners: Watched["listeners"], event: FileEvent, name: string): void {
  if (event === "change") {
    for (const onChange of listeners.get(name) ?? []) onChange(event);
    return;
  }
  // A rotation also changes the files beside the tracked one.
  for (const [own, each] of listeners) {
    if (!name.startsWith(getStem(own))) continue;
    for (const onChange of each) onChange(event);
  }
}

function stopWatching(folder: string, watched: Watched): void {
  watched.watcher.close();
  if (folders.get(folder) === watched) folders.delete(folder);
}
