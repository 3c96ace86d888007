import { mkdirSync, renameSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * A folder below the given one whose absolute path is longer than the system takes: what nobody can read, not even root, whom
 * no permissions stop. Taken apart again by `using`, since it cannot be removed as it is.
 */
export function tooDeepFolder(folder: string): Disposable & { readonly path: string } {
  // Two that are made apart, each of them short enough, and then put one into the other.
  const half = join(...Array.from({ length: 9 }, () => "d".repeat(240)));
  const [upper, lower] = [join(folder, half), join(folder, "lower")];
  mkdirSync(upper, { recursive: true });
  mkdirSync(join(lower, half), { recursive: true });
  const moved = join(upper, "lower");
  renameSync(lower, moved);
  // The first of the lower ones that is too deep to be opened.
  const names = half.split("/");
  const first = names.findIndex((_, index) => join(moved, ...names.slice(0, index + 1)).length >= 4096);
  return {
    path: relative(folder, join(moved, ...names.slice(0, first + 1))),
    [Symbol.dispose]: () => {
      renameSync(moved, lower);
    },
  };
}
