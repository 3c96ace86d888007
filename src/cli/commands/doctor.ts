import { type Command, Help } from "commander";
import { lookup } from "node:dns/promises";
import { isBatchOutputsError, packageVersion, redactUrl, retry } from "../../core/index.js";
import { jobOutputContainerName } from "../../conventions/index.js";
import type { JobOutputStorage } from "../../outputs/index.js";
import { explainServiceError } from "../../storage/index.js";
import { examineBatch } from "../doctor/examine-batch.js";
import { examineKeys } from "../doctor/examine-keys.js";
import { examineClock, examineSas } from "../doctor/examine-store.js";
import type { Finding } from "../doctor/finding.js";
import { ExitStatus } from "../errors/exit-status.js";
import { exitStatusFor } from "../errors/exit-status-for.js";
import { findProxyVariable } from "../errors/proxy-variable.js";
import { explain } from "../errors/explain.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import {
  addExamples,
  addTaskFlags,
  createFlag,
  createJsonFlag,
  type StoreFlags,
  type TaskFlags,
} from "../command-line/flags.js";
import { makePrintable } from "../terminal/printable.js";
import { addBatchAccountFlags, type BatchAccountFlags } from "../store/open-batch-account.js";
import { openJob } from "../store/open-store.js";
import { applyStyle, getTerminalWidth } from "../terminal/terminal.js";

const about = `Checks what saving and downloading depend on: the variables that Batch sets, the store, name resolution, the clock, the
SAS, the credential and the output container of the job. For each problem it says what to do. It writes nothing to the
store.

It warns of settings that contain the key of an account where Microsoft Entra ID can be used. If AZURE_BATCH_ENDPOINT is set,
the Batch account is checked too. Versions of the Batch API that Azure retires are reported, and an installed @azure/batch
that sends one. How a Batch account authenticates to its auto-storage account is only visible in the management plane:
--batch-properties checks what \`az batch account show\` prints.

With --json, each object has the members check, result (ok, warn or fail), message and advice.`;

/** `batch-outputs doctor`: diagnoses problems. */
export function doctor(command: Command): void {
  command.description(about).addOption(createJsonFlag());
  addBatchAccountFlags(command).addOption(
    createFlag(
      "--batch-properties <file>",
      "check the auto-storage of a Batch account: what `az batch account show` prints; - for standard input",
    ),
  );
  addTaskFlags(command);
  addExamples(command, [
    ["At the start of a task's command line", "batch-outputs doctor; python3 train.py"],
    ["From your machine", "batch-outputs doctor --job film-7"],
    [
      "The auto-storage of a Batch account",
      "az batch account show -n filmbatch -g film | batch-outputs doctor --job film-7 --batch-properties -",
    ],
  ]);
  command.action(async () => {
    const { json = false } = command.opts<{ json?: boolean }>();
    const lines = new JsonLines();
    let status: number = ExitStatus.done;
    for await (const finding of examine(command)) {
      const { cause, ...shown } = finding;
      // The exit status is that of the first failure that has its own.
      if (finding.result === "fail" && (status === ExitStatus.done || status === ExitStatus.failed))
        status = cause === undefined ? ExitStatus.failed : exitStatusFor(cause);
      if (json) await lines.write(shown);
      else await lines.text(formatFinding(finding));
      // The next check may take a while.
      await lines.flush();
    }
    process.exitCode = status;
  });
}

const colors = { ok: "green", warn: "yellow", fail: "red" } as const;

function formatFinding({ check, result, message, advice }: Finding): string {
  const mark = applyStyle(process.stdout, colors[result], result.padEnd(4));
  const lines = [
    `${check}: ${makePrintable(message)}`,
    ...(advice === undefined ? [] : [makePrintable(advice)]),
  ];
  const width = getTerminalWidth(process.stdout);
  // On a terminal, wrapped lines are indented under their check.
  const shown =
    width === undefined ? lines.join("\n") : new Help().boxWrap(lines.join("\n"), width - indent.length);
  return `${mark}  ${shown.replaceAll("\n", `\n${indent}`)}`;
}

const indent = " ".repeat(6);

async function* examine(command: Command): AsyncGenerator<Finding> {
  yield* examineProgram(command);
  yield* examineStore(command);
  yield* examineBatch(command);
}

function* examineProgram(command: Command): Generator<Finding> {
  yield {
    check: "program",
    result: "ok",
    message: `batch-outputs ${packageVersion} on Node.js ${process.versions.node}`,
  };
  yield readBatchVariables(command);
  yield* examineKeys(command.opts<StoreFlags & BatchAccountFlags>());
}

async function* examineStore(command: Command): AsyncGenerator<Finding> {
  let job: JobOutputStorage;
  try {
    job = openJob(command);
  } catch (error) {
    yield { check: "store", result: "fail", message: explain(error), cause: error };
    return;
  }
  const { storeContainer } = job;
  yield { check: "store", result: "ok", message: redactUrl(storeContainer.url) };
  yield* examineJob(command, job);
  if (/[?&]sig=/.test(storeContainer.url)) yield* examineSas(storeContainer.url, new Date());
  const proxy = findProxyVariable();
  if (proxy === undefined) {
    let isAnswered = true;
    for await (const finding of examineWay(storeContainer.url, command.opts<StoreFlags>().requestTimeout)) {
      isAnswered = finding.result !== "fail" || finding.check === "clock";
      yield finding;
    }
    // Without a response, further requests would only be retried.
    if (!isAnswered) return;
  } else {
    const message = `requests go through the proxy in ${proxy}; the proxy itself is not checked`;
    yield { check: "proxy", result: "ok", message };
  }
  yield (await apiVersion(job)) ?? (await container(job));
}

/** Checks name resolution, then the connection and the clock. */
async function* examineWay(url: string, timeoutInMs?: number): AsyncGenerator<Finding> {
  const names = await nameResolution(url);
  yield names;
  if (names.result !== "fail") yield await clock(url, timeoutInMs);
}

function readBatchVariables(command: Command): Finding {
  const check = "Batch variables";
  const { job, task } = command.opts<TaskFlags>();
  const names = ["AZ_BATCH_JOB_ID", "AZ_BATCH_TASK_ID", "AZ_BATCH_TASK_DIR", "AZ_BATCH_TASK_WORKING_DIR"];
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length === 0)
    return {
      check,
      result: "ok",
      message: `job ${job ?? ""}, task ${task === undefined || task === false ? "none" : task}`,
    };
  if (missing.length < names.length)
    return {
      check,
      result: "warn",
      message: `${missing.join(", ")} not set`,
      advice: "Batch sets all of them for a task. Check that the environment is passed on.",
    };
  return {
    check,
    result: "ok",
    message: "none are set: this is not a Batch task; --job and --task select the outputs",
  };
}

function* examineJob(command: Command, { storeContainer }: JobOutputStorage): Generator<Finding> {
  const { job } = command.opts<TaskFlags>();
  if (job === undefined || jobOutputContainerName(job) === storeContainer.name) return;
  yield {
    check: "job",
    result: "warn",
    message: `the container does not belong to job ${job}, whose container is ${jobOutputContainerName(job)}`,
    advice:
      "This is right for a task that uses the outputs of another job. Otherwise, create a URL for this job with `batch-outputs url`.",
  };
}

async function nameResolution(url: string): Promise<Finding> {
  const check = "name resolution";
  // The system resolves an IPv6 address without its brackets.
  const hostname = new URL(url).hostname.replace(/^\[|\]$/g, "");
  try {
    const { address } = await lookup(hostname);
    return { check, result: "ok", message: `${hostname} is ${address}` };
  } catch (error) {
    return {
      check,
      result: "fail",
      message: `${hostname} has no address (${error instanceof Error ? error.message : ""})`,
      advice: "Check the account's name, and the DNS of this network; a private endpoint needs its DNS zone.",
    };
  }
}

/** Sends a request without a path or a credential. */
async function clock(url: string, timeoutInMs = 5_000): Promise<Finding> {
  const { origin } = new URL(url);
  try {
    const date = await retry(() => requestDate(origin, timeoutInMs), {
      policy: { maxAttempts: 2, delayInMs: 0, maxDelayInMs: 0 },
      abortSignal: interruptSignal(),
      isRetriable: (error) => error instanceof DOMException && error.name === "TimeoutError",
    });
    return examineClock(date, new Date());
  } catch (error) {
    if (interruptSignal().aborted) throw error;
    return {
      check: "connection",
      result: "fail",
      message: `nothing answers at ${origin} (${describeConnectionError(error)})`,
      advice: "Check the network, the account's firewall, a proxy; for Azurite, that it is running.",
      cause: error,
    };
  }
}

async function requestDate(origin: string, timeoutInMs: number): Promise<string | null> {
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutInMs), interruptSignal()]);
  const answer = await fetch(origin, { signal, redirect: "manual" });
  await answer.body?.cancel();
  return answer.headers.get("date");
}

function describeConnectionError(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? cause.message : "";
}

/**
 * Sends a request with the version of the storage API that the SDK uses, which an emulator may not know. Returns no
 * finding for any other result: the next check reports it.
 */
async function apiVersion({ storeContainer }: JobOutputStorage): Promise<Finding | undefined> {
  const client = await storeContainer.loadClient();
  try {
    const pages = client.listBlobsFlat({ abortSignal: interruptSignal() }).byPage({ maxPageSize: 1 });
    await pages.next();
  } catch (error) {
    if (interruptSignal().aborted) throw error;
    const call = { doing: "listing the container", context: {}, url: storeContainer.url };
    const explained = explainServiceError(error, call);
    if (isBatchOutputsError(explained) && explained.hint?.action === "update-azurite")
      return { check: "store version", result: "fail", message: explain(explained), cause: explained };
  }
  return undefined;
}

async function container(job: JobOutputStorage): Promise<Finding> {
  const check = "container";
  try {
    const pages = job.listOutputs(undefined, { abortSignal: interruptSignal() }).byPage({ maxPageSize: 1 });
    await pages.next();
    return { check, result: "ok", message: "it exists, and the credential can list it" };
  } catch (error) {
    if (interruptSignal().aborted) throw error;
    return { check, result: "fail", message: explain(error), cause: error };
  }
}
