import type { Command } from "commander";
import { isBatchOutputsError, quote, redactUrl } from "../../core/index.js";
import { jobOutputContainerName } from "../../conventions/index.js";
import type { JobOutputStorage, OutputStorage } from "../../outputs/index.js";
import { explainServiceError } from "../../storage/index.js";
import type { StoreFlags, TaskFlags } from "../command-line/flags.js";
import { explain } from "../errors/explain.js";
import { findProxyVariable, isExcludedFromProxy, readNoProxy } from "../errors/proxy-variable.js";
import { findRivalVariables, openJob } from "../store/open-store.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { examineConnection } from "./examine-connection.js";
import { examineSas } from "./examine-sas.js";
import type { Finding } from "./finding.js";

/** Checks the store, the connection to it, and the container of the job. */
export async function* examineStore(command: Command): AsyncGenerator<Finding> {
  let job: JobOutputStorage;
  try {
    job = openJob(command);
  } catch (error) {
    yield { check: "store", result: "fail", message: explain(error), cause: error };
    return;
  }
  const { storeContainer } = job;
  yield { check: "store", result: "ok", message: redactUrl(storeContainer.url) };
  yield* examineRivals(command);
  yield* examineJob(command, job);
  if (/[?&]sig=/.test(storeContainer.url)) yield* examineSas(storeContainer.url, new Date());
  const proxy = findProxyVariable();
  if (proxy !== undefined) yield examineProxy(proxy, new URL(storeContainer.url).hostname);
  if (proxy === undefined || isExcludedFromProxy(new URL(storeContainer.url).hostname)) {
    let isAnswered = true;
    for await (const finding of examineConnection(
      storeContainer.url,
      command.opts<StoreFlags>().requestTimeout,
    )) {
      isAnswered = finding.result !== "fail" || finding.check === "clock";
      yield finding;
    }
    // Without a response, further requests would only be retried.
    if (!isAnswered) return;
  }
  yield (await examineStoreVersion(job)) ?? (await examineContainer(selectOutputs(command, job)));
}

function examineProxy(variable: string, hostname: string): Finding {
  if (isExcludedFromProxy(hostname))
    return {
      check: "proxy",
      result: "ok",
      message: `NO_PROXY excludes the store from the proxy in ${variable}`,
    };
  const message = `requests go through the proxy in ${variable}; the proxy itself is not checked`;
  const { ignored } = readNoProxy();
  if (ignored.length === 0) return { check: "proxy", result: "ok", message };
  return {
    check: "proxy",
    result: "warn",
    message: `${message}. NO_PROXY contains ${ignored.map((name) => quote(name)).join(", ")}, which the Azure SDK does not read`,
    advice: `To reach the store without the proxy, add ${hostname} to NO_PROXY.`,
  };
}

/** A variable that is left over, such as from practice with Azurite, hides another one. */
function* examineRivals(command: Command): Generator<Finding> {
  const rivals = findRivalVariables(command);
  if (rivals === undefined) return;
  const [used, ignored] = rivals;
  yield {
    check: "store",
    result: "warn",
    message: `${used} and ${ignored} are set; ${used} is used`,
    advice: `To use the other account, remove the variable (\`unset ${used}\`).`,
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

/**
 * Sends a request with the version of the storage API that the SDK uses, which an emulator may not know. Returns no
 * finding for any other result: the next check reports it.
 */
async function examineStoreVersion({ storeContainer }: JobOutputStorage): Promise<Finding | undefined> {
  const client = await storeContainer.loadClient();
  try {
    const pages = client.listBlobsFlat({ abortSignal: interruptSignal() }).byPage({ maxPageSize: 1 });
    await pages.next();
  } catch (error) {
    if (interruptSignal().aborted) throw error;
    const call = { action: "listing the container", context: {}, url: storeContainer.url };
    const explained = explainServiceError(error, call);
    if (isBatchOutputsError(explained) && explained.hint?.action === "update-azurite")
      return { check: "store version", result: "fail", message: explain(explained), cause: explained };
  }
  return undefined;
}

/** Selects the outputs that the credential can list: with a SAS for one directory, only those of its task. */
function selectOutputs(command: Command, job: JobOutputStorage): OutputStorage<string> {
  const { task } = command.opts<TaskFlags>();
  const isForDirectory = new URL(job.storeContainer.url).searchParams.get("sr") === "d";
  return isForDirectory && typeof task === "string" ? job.getTaskOutputStorage(task) : job;
}

async function examineContainer(outputs: OutputStorage<string>): Promise<Finding> {
  const check = "container";
  try {
    const pages = outputs
      .listOutputs(undefined, { abortSignal: interruptSignal() })
      .byPage({ maxPageSize: 1 });
    await pages.next();
    return { check, result: "ok", message: "it exists, and the credential can list it" };
  } catch (error) {
    if (interruptSignal().aborted) throw error;
    return { check, result: "fail", message: explain(error), cause: error };
  }
}
