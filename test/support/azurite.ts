import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";

import { waitUntilReady, waitUntilStopped } from "./child-readiness.js";

/** A real Azurite blob service, running as a child process on a free port of 127.0.0.1. */
export interface Azurite extends AsyncDisposable {
  /** Path-style, without a slash at the end: `http://127.0.0.1:PORT/devstoreaccount1`; `https:` with `oauth`. */
  readonly blobEndpoint: string;
  readonly accountName: string;
  readonly accountKey: string;
  readonly connectionString: string;
  /** Only with `oauth`: the self-signed certificate, for `tlsOptions.ca` (see `clientOptionsTrusting`). */
  readonly certificatePem?: string;
  /** Only with `oauth`: the same in a file, for the `NODE_EXTRA_CA_CERTS` of a child process. Removed by `stop`. */
  readonly certificatePath?: string;
  readonly processId: number;
  /** May be called twice. With a folder, what was stored is on disk when this resolves. */
  stop(): Promise<void>;
}

export interface StartAzuriteOptions {
  /** "memory" (the default), or a folder, which must exist and is left as it is on `stop`. */
  persistence?: string;
  /** HTTPS and bearer tokens, which Azurite takes over HTTPS only; user delegation SAS needs it too. Shared keys keep working. */
  oauth?: boolean;
  /** For ten thousands of blobs: finds one by its name's index, where Azurite looks through all of the account's. */
  manyBlobs?: boolean;
  /** Refuses versions of the API that it does not know, as Azurite does by default. */
  checksApiVersion?: boolean;
}

/** The account and key that every Azurite has, published by Microsoft: no secret. */
export const accountName = "devstoreaccount1";
export const accountKey =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

const mainScript = createRequire(import.meta.url).resolve("azurite/dist/src/blob/main.js");

// The kernel closes this pipe when we die, by whatever signal: Azurite then goes too, and no run leaves one behind.
const dieWithParent = 'data:text/javascript,process.stdin.on("end",()=>process.exit()).resume().unref()';

// Azurite asks its database for account, container, name, in this order; of several conditions only the first one uses an
// index, and every blob has the same account. The name first: the same answers, in no longer time for the 20,000th blob.
const nameFirst = `data:text/javascript,${encodeURIComponent(`
  import { createRequire } from "node:module";
  const { Collection } = createRequire(${JSON.stringify(mainScript)})("lokijs");
  const { findOne } = Collection.prototype;
  Collection.prototype.findOne = function ({ name, blobName, ...others } = {}) {
    return findOne.call(this, { ...(name && { name }), ...(blobName && { blobName }), ...others });
  };`)}`;

const readyLine = /successfully listens on (https?:\/\/\S+:\d+)/;
const savedLine = /successfully closed/;

export async function startAzurite(options: StartAzuriteOptions = {}): Promise<Azurite> {
  const { persistence = "memory", oauth = false, manyBlobs = false, checksApiVersion = false } = options;
  const certificate = oauth ? await createCertificate() : undefined;
  const child = spawn(
    process.execPath,
    [
      "--import",
      dieWithParent,
      ...(manyBlobs ? ["--import", nameFirst] : []),
      mainScript,
      "--silent",
      "--disableTelemetry",
      ...(checksApiVersion ? [] : ["--skipApiVersionCheck"]),
      ...["--blobHost", "127.0.0.1", "--blobPort", "0"],
      ...(persistence === "memory" ? ["--inMemoryPersistence"] : ["--location", persistence]),
      ...(certificate ? ["--oauth", "basic", "--cert", certificate.path, "--key", certificate.keyPath] : []),
    ],
    { stdio: ["pipe", "pipe", "pipe"], cwd: tmpdir(), env: createCleanEnvironment() },
  );

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    // In memory there is nothing to keep, so nothing to wait for.
    if (persistence === "memory") child.kill("SIGKILL");
    await waitUntilStopped(child, savedLine);
    if (certificate) await rm(certificate.folder, { recursive: true, force: true });
  };
  const stopOnce = (): Promise<void> => (stopping ??= stop());

  try {
    const [, origin = ""] = await waitUntilReady(child, readyLine, "Azurite");
    const blobEndpoint = `${origin}/${accountName}`;
    return {
      blobEndpoint,
      accountName,
      accountKey,
      connectionString: createConnectionString(blobEndpoint),
      ...(certificate && { certificatePem: certificate.pem, certificatePath: certificate.path }),
      processId: child.pid ?? 0,
      stop: stopOnce,
      [Symbol.asyncDispose]: stopOnce,
    };
  } catch (error) {
    child.kill("SIGKILL");
    await stopOnce();
    throw error;
  }
}

export function createConnectionString(blobEndpoint: string): string {
  const { protocol } = new URL(blobEndpoint);
  return (
    `DefaultEndpointsProtocol=${protocol.slice(0, -1)};AccountName=${accountName};` +
    `AccountKey=${accountKey};BlobEndpoint=${blobEndpoint};`
  );
}

// Variables that would turn this Azurite into another one: other accounts, SQL storage, a debugger, a test runner's loader.
function createCleanEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(AZURITE_|NODE_OPTIONS$|VITEST)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

interface Certificate {
  folder: string;
  path: string;
  keyPath: string;
  pem: string;
}

async function createCertificate(): Promise<Certificate> {
  const altNames = [{ type: 7, ip: "127.0.0.1" } as const, { type: 2, value: "localhost" } as const];
  const made = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
    // A clock that is set back a little between two machines or two containers must not refuse it.
    notBeforeDate: new Date(Date.now() - 3_600_000),
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames },
    ],
  });
  const folder = await mkdtemp(join(tmpdir(), "azurite-certificate-"));
  const certificate = {
    folder,
    path: join(folder, "certificate.pem"),
    keyPath: join(folder, "key.pem"),
    pem: made.cert,
  };
  await writeFile(certificate.path, made.cert);
  await writeFile(certificate.keyPath, made.private, { mode: 0o600 });
  return certificate;
}
