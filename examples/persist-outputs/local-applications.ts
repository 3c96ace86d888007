import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * What `az batch application package create` would have uploaded, for the local service: the tasks' code (`film`, version
 * 1.0), and the command line (`batch-outputs`, version 1.0). They lead to this machine's own files.
 *
 * @param programs the folder of the tasks' code, compiled; this one when left out
 */
export async function packApplications(
  folder: string,
  programs = dirname(fileURLToPath(import.meta.url)),
): Promise<string> {
  const film = join(folder, "film", "1.0");
  await mkdir(film, { recursive: true });
  await symlink(programs, join(film, "app"), "dir");

  const commandLine = join(folder, "batch-outputs", "1.0");
  const packageFolder = dirname(fileURLToPath(import.meta.resolve("azure-batch-outputs/package.json")));
  const program = join(packageFolder, "dist", "cli", "batch-outputs.js");
  await mkdir(commandLine, { recursive: true });
  await writeFile(join(commandLine, "batch-outputs"), `#!/bin/sh\nexec node "${program}" "$@"\n`, {
    mode: 0o755,
  });
  return folder;
}
