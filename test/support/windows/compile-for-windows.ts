import { copyFileSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";

const root = join(import.meta.dirname, "../../..");

/**
 * Compiles `src/` and `test/`, without the page, into a folder with the same layout: esbuild and vitest's own loader are
 * programs of Linux, so what Windows runs has to be JavaScript before.
 */
export function compileForWindows(folder: string): void {
  for (const name of ["node_modules", "package.json", "dist", "docs"])
    symlinkSync(join(root, name), join(folder, name));
  const files = ["src", "test"].flatMap((name) => listFiles(name)).filter((path) => !isOfPage.test(path));
  buildSync({
    absWorkingDir: root,
    entryPoints: files.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts")),
    outbase: root,
    outdir: folder,
    format: "esm",
    target: "es2022",
    sourcemap: "inline",
    sourcesContent: false,
  });
  // The sources too: some tests read them.
  for (const path of files) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    copyFileSync(join(root, path), join(folder, path));
  }
}

const isOfPage = /^(src\/viewer\/web|test\/viewer)\/|\.tsx$/;

function listFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1));
}
