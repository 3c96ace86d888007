import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { disposeOnce } from "../../core/index.js";

/** By their real paths: a folder can be reached through links. */
const tracked = new Map<string, number>();

/** Records that a path is tracked in this process, so that its file is not treated as a rotated file of another log. */
export function registerTrackedPath(path: string): Disposable {
  const real = join(findRealPath(dirname(path)), basename(path));
  tracked.set(real, (tracked.get(real) ?? 0) + 1);
  return disposeOnce(() => {
    const left = (tracked.get(real) ?? 1) - 1;
    if (left === 0) tracked.delete(real);
    else tracked.set(real, left);
  });
}

/** Returns a function that tells whether a file beside the path is tracked itself. */
export function findTrackedBeside(path: string): (other: string) => boolean {
  let folder: string | undefined;
  return (other) =>
    other !== path && tracked.has(join((folder ??= findRealPath(dirname(path))), basename(other)));
}

/** The path itself if there is no such folder. */
function findRealPath(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return folder;
  }
}
