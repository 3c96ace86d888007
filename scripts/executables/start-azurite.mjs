import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const main = createRequire(import.meta.url).resolve("azurite/dist/src/blob/main.js");

/** The account and key that every Azurite has, published by Microsoft: no secret. */
const account =
  "AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/**
 * Starts Azurite on a free port, with its data in memory; with HTTPS if there is a certificate.
 *
 * @param {{ cert: string, key: string }} [certificate] paths of files
 * @returns {Promise<{ connectionString: string, stop: () => void }>}
 */
export async function startAzurite(certificate) {
  const tls = certificate === undefined ? [] : ["--cert", certificate.cert, "--key", certificate.key];
  const flags = ["--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck", "--silent"];
  const child = spawn(
    process.execPath,
    [main, ...flags, "--blobHost", "127.0.0.1", "--blobPort", "0", ...tls],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const origin = /successfully listens on (https?:\/\/\S+:\d+)/.exec(line)?.[1];
    if (origin === undefined) continue;
    child.stdout.resume();
    const protocol = new URL(origin).protocol.slice(0, -1);
    return {
      connectionString: `DefaultEndpointsProtocol=${protocol};${account};BlobEndpoint=${origin}/devstoreaccount1;`,
      stop: () => child.kill("SIGKILL"),
    };
  }
  await once(child, "close");
  throw new Error(`Azurite ended with ${String(child.exitCode)}`);
}
