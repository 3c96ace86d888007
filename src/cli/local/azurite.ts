import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { hasCode, openPrivateFolder, readOrCreateKey } from "../../core/index.js";
import { UsageError } from "../errors/usage-error.js";

/** Azurite's blob service in a child process. */
export interface Azurite {
  readonly connectionString: string;
  /** Resolves when the process ends, for any reason. */
  readonly ended: Promise<void>;
  /** Resolves when the process has ended; its data is on disk then. */
  stop(): Promise<void>;
}

export interface AzuriteOptions {
  /** The folder for its blobs; created if it is missing. */
  readonly folder: string;
  /** 0 for any free port. */
  readonly port: number;
}

const howToInstall =
  "Azurite stores the outputs of local tasks, but is not installed here: npm install --save-dev azurite. Or specify a " +
  "storage account with --connection-string.";

// The kernel closes this pipe when this process ends, even by a signal, and Azurite then ends too.
const dieWithParent =
  'data:text/javascript,process.stdin.on("end",()=>process.kill(process.pid,"SIGTERM")).resume().unref()';

/** @throws UsageError if Azurite is not installed. */
export async function startAzurite({ folder, port }: AzuriteOptions): Promise<Azurite> {
  const script = findScript();
  await openPrivateFolder(dirname(folder));
  await openPrivateFolder(folder);
  const { key } = await readOrCreateKey(folder, "account-key");
  const child = spawn(
    findNodeProgram(),
    [
      ...["--import", dieWithParent, script],
      ...["--disableTelemetry", "--skipApiVersionCheck"],
      ...["--blobHost", "127.0.0.1", "--blobPort", String(port), "--location", folder],
    ],
    {
      stdio: ["pipe", "pipe", "pipe"],
      // A separate process group, because Ctrl-C must end the tasks first: they may still save outputs.
      detached: true,
      env: { ...process.env, AZURITE_ACCOUNTS: `${accountName}:${key}` },
    },
  );
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      resolve();
    });
    child.once("error", () => {
      resolve();
    });
  });
  const endpoint = await waitUntilReady(child);
  return {
    connectionString: createConnectionString(endpoint, key),
    ended,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Searches in the packages of the current folder, then in those of this program. */
function findScript(): string {
  for (const from of [join(process.cwd(), "package.json"), import.meta.url]) {
    try {
      return createRequire(from).resolve("azurite/dist/src/blob/main.js");
    } catch (error) {
      if (!hasCode(error, "MODULE_NOT_FOUND")) throw error;
    }
  }
  throw new UsageError(howToInstall);
}

/** The executable that contains Node.js cannot run another script. */
function findNodeProgram(): string {
  return /^node(\.exe)?$/i.test(process.execPath.split(/[\\/]/).at(-1) ?? "") ? process.execPath : "node";
}

async function waitUntilReady(child: ChildProcess): Promise<string> {
  const lastLines: string[] = [];
  const note = (text: string): void => {
    lastLines.push(text);
    if (lastLines.length > 20) lastLines.shift();
  };
  child.stderr?.setEncoding("utf8").on("data", note);
  child.on("error", (error) => {
    note(error.message);
  });
  if (child.stdout) {
    const lines = createInterface(child.stdout);
    for await (const line of lines) {
      note(line);
      const [, endpoint] = /successfully listens on (\S+)/.exec(line) ?? [];
      if (endpoint === undefined) continue;
      lines.close();
      // Azurite logs every request, and would block if its log were not read.
      child.stdout.resume();
      return endpoint;
    }
  }
  throw new Error(`Azurite did not start: ${lastLines.join("\n").trim()}`);
}

const accountName = "devstoreaccount1";

/**
 * Creates a connection string with a key for this folder only. The key that Microsoft publishes for Azurite is not
 * used, because anyone who has the key can change the files that tasks run.
 */
function createConnectionString(endpoint: string, key: string): string {
  return `DefaultEndpointsProtocol=http;AccountName=${accountName};AccountKey=${key};BlobEndpoint=${endpoint}/${accountName};`;
}
