import { existsSync } from "node:fs";
import { join, parse, relative, resolve } from "node:path";

/**
 * Whether npm installed a file with `--global`: the folder that contains its node_modules is then no project, which has a
 * package.json. Packages that are installed in the current folder are not found from there.
 */
export function isInstalledGlobally(path: string): boolean {
  const absolute = resolve(path);
  const { root } = parse(absolute);
  const segments = relative(root, absolute).split(/[\\/]/);
  const modules = segments.indexOf("node_modules");
  return modules >= 0 && !existsSync(join(root, ...segments.slice(0, modules), "package.json"));
}
