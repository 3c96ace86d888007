import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { getAsset, isSea } from "node:sea";

/** Where the built page is, and how to take it away again. */
export interface PageFolder extends AsyncDisposable {
  /** `undefined`: where the viewer's server looks by itself. */
  readonly path: string | undefined;
}

/** The page beside the program; or, from within the one executable that holds all, in a folder that it is unpacked into. */
export async function openPageFolder(): Promise<PageFolder> {
  if (!isSea()) return { path: undefined, [Symbol.asyncDispose]: async () => undefined };
  const path = await mkdtemp(join(tmpdir(), "batch-outputs-page-"));
  const files = JSON.parse(getAsset("viewer-page", "utf8")) as Record<string, string>;
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content, "base64");
  }
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await rm(path, { recursive: true, force: true });
    },
  };
}
