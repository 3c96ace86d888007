import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createClientLogger } from "@azure/logger";
import {
  argumentRangeError,
  nameFile,
  openPrivateFolder,
  pause,
  readOrCreateKey,
  redactError,
  requirePrivateFile,
} from "../core/index.js";
import type { EngineOptions } from "./engine/base/engine-context.js";
import { Engine } from "./engine/engine.js";
import { NodeFolders } from "./engine/base/node-folders.js";
import { Faults } from "./faults/faults.js";
import { LocalBatchFaults } from "./faults/local-batch-faults.js";
import { openCertificate, type ServerCertificate } from "./server/certificate.js";
import { LoopbackServer } from "./server/loopback-server.js";
import { Clock } from "./state/clock.js";
import { requireOptions, requireProcessGroups, type StartLocalBatchOptions } from "./start-options.js";
import { Preemptions } from "./rest/nodes/preemptions.js";
import { createRestApi } from "./rest/rest-api.js";
import { BatchState } from "./state/batch-state.js";

const logger = createClientLogger("batch-outputs:local-batch");

/**
 * A running local Batch service. `await using` closes it.
 *
 * @example
 * ```ts
 * await using service = await startLocalBatch();
 * console.log(service.endpoint); // Such as http://127.0.0.1:40123.
 * ```
 */
export class LocalBatch implements AsyncDisposable {
  /** `http://127.0.0.1:PORT`, or `https://127.0.0.1:PORT` with `tls`, without a slash at the end. */
  readonly endpoint: string;
  /** The name of the account, with which requests are signed together with its key. */
  readonly accountName: string;
  /** The folder of the service's state and nodes, as an absolute path. */
  readonly folder: string;
  /** The path of the certificate that clients must trust, in PEM format; `undefined` without `tls`. */
  readonly certificatePath: string | undefined;
  /** The clock of the service. */
  readonly clock: LocalBatchClock;
  /** Faults to simulate, for tests of how a program handles them. */
  readonly faults: LocalBatchFaults;
  readonly #key: string;
  readonly #parts: RunningParts;
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor(parts: RunningParts, accountName: string, key: string, folder: string) {
    this.endpoint = parts.server.endpoint;
    this.accountName = accountName;
    this.folder = folder;
    this.certificatePath = parts.certificate?.path;
    this.clock = {
      now: () => new Date(parts.clock.now()),
      advance: async (durationInMs) => {
        requireDuration(durationInMs);
        await parts.engine.advance(durationInMs);
      },
    };
    this.faults = new LocalBatchFaults(parts.faults);
    this.#key = key;
    this.#parts = parts;
  }

  /**
   * The key of the account, in Base64. A client that has it can run commands as the user of this process, so it is not shown
   * when this object is logged.
   */
  get accountKey(): string {
    return this.#key;
  }

  /**
   * Preempts a node, as Azure preempts spot nodes: running tasks are interrupted and requeued, the files of the node
   * are deleted, and the pool gets another node. With `noticeInMs`, the preemption is announced that time in advance,
   * like Azure's Scheduled Events; tasks find the address for these in `AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT`.
   * Resolves when the node is preempted.
   * @throws Error if there is no such pool or node.
   */
  async preemptNode(
    poolId: string,
    nodeId: string,
    options: { readonly noticeInMs?: number } = {},
  ): Promise<void> {
    const { noticeInMs = 0 } = options;
    requireDuration(noticeInMs, "options.noticeInMs");
    await this.#parts.preemptions.preempt(poolId, nodeId, noticeInMs).done;
    await this.#parts.state.waitUntilWritten();
  }

  /**
   * Ends the processes of tasks, and the service. Running tasks are requeued: the next service that is started with the
   * folder runs them again. Further calls have no effect.
   */
  async close(): Promise<void> {
    this.#closing ??= closeParts(this.#parts);
    await this.#closing;
  }

  /** Same as {@link LocalBatch.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * The clock of a local Batch service: the machine's time plus the time by which it was advanced. It determines retention,
 * schedules, autoscale evaluations and wall-clock limits.
 */
export interface LocalBatchClock {
  /** The time of the service. */
  now(): Date;
  /**
   * Advances the clock. Everything that becomes due is started in order, each at its own time; the processes of tasks do
   * not run faster. Resolves when everything that is due has been started.
   *
   * @param durationInMs - A duration of 0 or more.
   * @throws RangeError for a negative or infinite number.
   * @example
   * ```ts
   * await service.clock.advance(7 * 24 * 60 * 60 * 1000); // Deletes the files of completed tasks.
   * ```
   */
  advance(durationInMs: number): Promise<void>;
}

function requireDuration(durationInMs: number, argument = "durationInMs"): void {
  if (!(Number.isFinite(durationInMs) && durationInMs >= 0))
    throw argumentRangeError(argument, "must be a number of milliseconds, 0 or more");
}

/**
 * Starts an Azure Batch service on this machine: nodes are folders, tasks are processes. It serves the Batch REST API at
 * `http://127.0.0.1:PORT` to clients that sign with the account's key, and **runs their commands as the user of this
 * process**.
 *
 * @throws TypeError and RangeError for invalid options; Error on Windows; BatchOutputsError `FolderInUse` and `StateUnreadable`; the system's
 * error if it cannot listen, such as `EADDRINUSE`.
 *
 * @example
 * ```ts
 * await using service = await startLocalBatch();
 * const batch = new BatchAccountClient(service.endpoint, { name: service.accountName, key: service.accountKey });
 * ```
 */
export async function startLocalBatch(options: StartLocalBatchOptions = {}): Promise<LocalBatch> {
  requireOptions(options);
  requireProcessGroups();
  const { accountName = "localbatch", port = 0 } = options;
  const isTemporary = options.folder === undefined;
  const folder = isTemporary ? await mkdtemp(join(tmpdir(), "local-batch-")) : resolve(options.folder);
  const clock = new Clock();
  const faults = new Faults();
  const parts: Partial<RunningParts> = { ...(isTemporary && { temporaryFolder: folder }) };
  try {
    await openPrivateFolder(folder);
    // A folder from a cloned repository or an archive can contain tasks to run, and links that lead elsewhere.
    await openPrivateFolder(join(folder, "nodes"));
    await requirePrivateFile(join(folder, "state.jsonl"));
    const state = (parts.state = await BatchState.open(folder, !isTemporary));
    const preemptions = (parts.preemptions = new Preemptions(state, clock));
    const { key, isNew } =
      options.accountKey === undefined
        ? await readOrCreateKey(folder, "account-key")
        : { key: options.accountKey, isNew: false };
    const trustedSince = await waitForTrustStart(isNew);
    const face = createRestApi({
      account: accountName,
      key,
      trustedSince,
      acceptsUnverifiedTokens: options.acceptUnverifiedTokens === true,
      state,
      folders: new NodeFolders(folder),
      faults,
      applicationPackages: options.applicationPackages,
      preemptions,
      evaluateAutoScale: (pool, formula) => {
        if (!parts.engine) throw new Error("The engine has not started yet");
        return parts.engine.evaluateAutoScale(pool, formula);
      },
      advance: async (durationInMs) => {
        await parts.engine?.advance(durationInMs);
      },
      endpoint: () => parts.server?.endpoint ?? "",
      onInternalError: logInternalError,
    });
    const serve = (request: Request): Response | Promise<Response> => clock.run(() => face.fetch(request));
    const certificate = options.tls === true ? await openCertificate(folder) : undefined;
    const server = (parts.server = await LoopbackServer.listen(serve, port, certificate));
    const engine = (parts.engine = new Engine(
      state,
      createEngineOptions(options, { folder, accountName, server, certificate, faults }),
      clock,
    ));
    engine.start();
    return new LocalBatch(
      { ...parts, clock, faults, preemptions, state, server, engine, certificate },
      accountName,
      key,
      folder,
    );
  } catch (error) {
    await closeParts(parts);
    // Of a disk that is full, say.
    throw nameFile(error, folder);
  }
}

function createEngineOptions(
  options: StartLocalBatchOptions,
  { folder, accountName, server, certificate, faults }: EngineParts,
): EngineOptions {
  return {
    folder,
    account: {
      name: accountName,
      url: server.endpoint,
      ...(certificate && { certificatePath: certificate.path }),
    },
    linkedStorage: options.storageConnectionString,
    applicationPackages: options.applicationPackages,
    terminationGraceInMs: options.terminationGraceInMs,
    containerTasks: options.containerTasks,
    faults,
  };
}

interface EngineParts extends Pick<RunningParts, "server" | "certificate" | "faults"> {
  readonly folder: string;
  readonly accountName: string;
}

function logInternalError(error: unknown): void {
  redactError(error);
  logger.error("The local Batch service failed to handle a request:", error);
}

/**
 * Returns the time from which signatures are accepted. Another program may have listened on the port before and kept signed
 * requests: if the key is not new, requests that were signed before this start are rejected. Signatures contain whole
 * seconds, so this waits for the next second.
 */
async function waitForTrustStart(isNewKey: boolean): Promise<number> {
  const second = 1_000;
  if (isNewKey) return 0;
  const now = Date.now();
  const next = Math.ceil(now / second) * second;
  await pause(next - now, undefined);
  return next;
}

interface RunningParts {
  readonly temporaryFolder?: string;
  readonly clock: Clock;
  readonly faults: Faults;
  preemptions: Preemptions;
  state: BatchState;
  server: LoopbackServer;
  engine: Engine;
  readonly certificate?: ServerCertificate | undefined;
}

/** Closes first the server for new requests, then the processes, then the state. All are closed even if one of them fails. */
async function closeParts({
  preemptions,
  server,
  engine,
  state,
  temporaryFolder,
}: Partial<RunningParts>): Promise<void> {
  try {
    preemptions?.close();
    server?.refuseNew();
    await engine?.stop();
  } finally {
    try {
      await server?.close();
    } finally {
      await state?.close();
      if (temporaryFolder !== undefined) await rm(temporaryFolder, { recursive: true, force: true });
    }
  }
}
