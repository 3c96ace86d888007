import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type * as NodeSea from "node:sea";
import { createFolders } from "../../core/index.js";

/** The folder of the built page; disposing of it removes a temporary one. */
export interface PageFolder extends AsyncDisposable {
  /** `undefined` if the viewer's server finds the folder itself. */
  readonly path: string | undefined;
}

/** Returns the folder beside the program; the single executable unpacks the page into a temporary one. */
export async function openPageFolder(): Promise<PageFolder> {
  // Not imported: other runtimes than Node.js need not have this module.
  const sea = process.getBuiltinModule("node:sea") as typeof NodeSea | undefined;
  if (!sea?.isSea()) return { path: undefined, [Symbol.asyncDispose]: async () => undefined };
  const path = await mkdtemp(join(tmpdir(), "batch-outputs-page-"));
  const files = JSON.parse(sea.getAsset("viewer-page", "utf8")) as Record<string, string>;
  for (const [name, content] of Object.entries(files)) {
    await createFolders(dirname(join(path, name)));
    await writeFile(join(path, name), content, "base64");
  }
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await rm(path, { recursive: true, force: true });
    },
  };
}
