import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createClientLogger } from "@azure/logger";
import { argumentRangeError, openPrivateFolder, pause, readOrCreateKey } from "../core/index.js";
import type { EngineOptions } from "./engine/base/engine-context.js";
import { Engine } from "./engine/engine.js";
import { NodeFolders } from "./engine/base/node-folders.js";
import { Faults } from "./faults/faults.js";
import { LocalBatchFaults } from "./faults/local-batch-faults.js";
import { openCertificate, type ServerCertificate } from "./server/certificate.js";
import { LoopbackServer } from "./server/loopback-server.js";
import { Clock } from "./state/clock.js";
import { checkOptions, type StartLocalBatchOptions } from "./start-options.js";
import { Preemptions } from "./rest/nodes/preemptions.js";
import { createRestApi } from "./rest/rest-api.js";
import { BatchState } from "./state/batch-state.js";

const logger = createClientLogger("batch-outputs:local-batch");

/** A local Batch service that runs. `await using` closes it. */
export class LocalBatch implements AsyncDisposable {
  /** `http://127.0.0.1:PORT`, with `tls` `https://127.0.0.1:PORT`, without a slash at the end. */
  readonly endpoint: string;
  /** What requests are signed for, beside the key. */
  readonly accountName: string;
  /** Where state and nodes are, as an absolute path. */
  readonly folder: string;
  /** The certificate that clients have to trust, in PEM, where the service has TLS. */
  readonly certificatePath: string | undefined;
  /** The service's time. */
  readonly clock: LocalBatchClock;
  /** What is to go wrong in it, so that a program's handling of that can be tested. */
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

  /** In Base64. Whoever has it can run commands as the user of this process; it is not shown when this object is. */
  get accountKey(): string {
    return this.#key;
  }

  /**
   * Takes a node away in the middle of whatever it does, as the preemption of a spot node does on Azure. Its tasks are
   * requeued, its files are gone, and the pool gets another node. With `noticeInMs`, the node is announced the preemption so
   * long before, as Azure's Scheduled Events do: tasks find their address in `AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT`.
   * Fulfilled when the node is taken away.
   * @throws Error where there is no such pool or node.
   */
  async preemptNode(
    poolId: string,
    nodeId: string,
    options: { readonly noticeInMs?: number } = {},
  ): Promise<void> {
    const { noticeInMs = 0 } = options;
    requireDuration(noticeInMs, "options.noticeInMs");
    await this.#parts.preemptions.preempt(poolId, nodeId, noticeInMs).done;
    await this.#parts.state.settled();
  }

  /**
   * Ends the tasks' processes and the service. Tasks that ran are requeued: a service that is started on the folder again
   * runs them again. May be called twice.
   */
  async close(): Promise<void> {
    this.#closing ??= closeParts(this.#parts);
    await this.#closing;
  }

  /** As {@link LocalBatch.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * The time of a local Batch service: the machine's, and whatever it was advanced by. Retention, schedules, autoscale runs and
 * wall-clock limits go by it.
 */
export interface LocalBatchClock {
  now(): Date;
  /**
   * Moves the time on. Whatever becomes due on the way is done in its order, each at its own time; processes of tasks take the
   * time that they take. Resolves when all that is due has been begun.
   *
   * @param durationInMs - From 0 on.
   * @throws RangeError for any other number.
   * @example
   * ```ts
   * await service.clock.advance(7 * 24 * 60 * 60 * 1000); // The files of completed tasks go.
   * ```
   */
  advance(durationInMs: number): Promise<void>;
}

function requireDuration(durationInMs: number, argument = "durationInMs"): void {
  if (!(Number.isFinite(durationInMs) && durationInMs >= 0))
    throw argumentRangeError(argument, "must be a number of milliseconds from 0 on");
}

/**
 * Starts an Azure Batch service on this machine: pools are folders, tasks are processes. It serves the Batch REST API at
 * `http://127.0.0.1:PORT` to whoever signs with the account's key, and **runs their commands as the user of this process**.
 *
 * @throws TypeError and RangeError for options that will not do; BatchOutputsError `FolderInUse` and `StateUnreadable`; the
 * system's own error where it cannot listen (`EADDRINUSE`).
 */
export async function startLocalBatch(options: StartLocalBatchOptions = {}): Promise<LocalBatch> {
  checkOptions(options);
  const { accountName = "localbatch", port = 0 } = options;
  const isTemporary = options.folder === undefined;
  const folder = isTemporary ? await mkdtemp(join(tmpdir(), "local-batch-")) : resolve(options.folder);
  const clock = new Clock();
  const faults = new Faults();
  const parts: Partial<RunningParts> = { ...(isTemporary && { temporaryFolder: folder }) };
  try {
    await openPrivateFolder(folder);
    const state = (parts.state = await BatchState.open(folder, !isTemporary));
    const preemptions = (parts.preemptions = new Preemptions(state, clock));
    const { key, isNew } =
      options.accountKey === undefined
        ? await readOrCreateKey(folder, "account-key")
        : { key: options.accountKey, isNew: false };
    const trustedSince = await startOfTrust(isNew);
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
    throw error;
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
  logger.error("A request to the local Batch service failed inside of it:", error);
}

/**
 * From when on requests count. Whoever listened on the port before may have kept signed requests: with a key that is not new
 * nothing is taken that was signed before this start. Signatures have whole seconds, so the next one is waited for.
 */
async function startOfTrust(isNewKey: boolean): Promise<number> {
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

/** No new requests, then no processes, then no state; what fails does not keep the rest from being closed. */
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
