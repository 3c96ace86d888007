import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

export interface EmbeddedStore extends AsyncDisposable {
  readonly connectionString: string;
}

/** The account that every Azurite has; Microsoft publishes the key, so it is no secret. */
const accountName = "devstoreaccount1";
const accountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** Azurite ends with the client, even if it is killed, because the system then closes this pipe. */
const endWithParent = 'data:text/javascript,process.stdin.on("end",()=>process.exit()).resume().unref()';

/**
 * Starts Azurite, Microsoft's emulator of Azure Storage, on a free port of this machine. Its data lies in `directory`, which
 * disposal removes.
 */
export async function startEmbeddedStore(directory: string): Promise<EmbeddedStore> {
  await mkdir(directory, { recursive: true });
  const azurite = createRequire(import.meta.url).resolve("azurite/dist/src/blob/main.js");
  const child = spawn(
    process.execPath,
    [
      ...["--import", endWithParent, azurite],
      ...["--location", directory, "--blobHost", "127.0.0.1", "--blobPort", "0"],
      ...["--silent", "--skipApiVersionCheck", "--disableTelemetry"],
    ],
    // Detached from the terminal's Ctrl-C, because tasks may still be writing then; the client ends both in order.
    { cwd: directory, stdio: ["pipe", "pipe", "inherit"], detached: process.platform !== "win32" },
  );
  const closed = once(child, "close");

  const stop = async (): Promise<void> => {
    child.kill("SIGKILL"); // Nothing has to be saved: the folder is removed too.
    await closed;
    await rm(directory, { recursive: true, force: true });
  };
  for await (const line of createInterface(child.stdout)) {
    const [, endpoint] = /successfully listens on (http:\S+)/.exec(line) ?? [];
    if (endpoint === undefined) continue;
    child.stdout.resume();
    return {
      connectionString: `DefaultEndpointsProtocol=http;AccountName=${accountName};AccountKey=${accountKey};BlobEndpoint=${endpoint}/${accountName};`,
      [Symbol.asyncDispose]: stop,
    };
  }
  await stop();
  throw new Error("Azurite, the storage emulator, ended before it was ready; its reason stands above.");
}
