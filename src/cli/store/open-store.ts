import type { Command } from "commander";
import { statSync } from "node:fs";
import { quote, trimSetting } from "../../core/index.js";
import { jobOutputContainerName } from "../../conventions/index.js";
import {
  BatchOutputsClient,
  type BatchOutputsClientOptions,
  createEntraIdCredential,
  JobOutputStorage,
  type OutputStorage,
} from "../../outputs/index.js";
import { readOptionFile, readRegularOptionFile } from "../command-line/read-option-file.js";
import { writeMessage } from "../terminal/terminal.js";
import { UsageError } from "../errors/usage-error.js";
import type { JobFlags, StoreFlags, TaskFlags } from "../command-line/flags.js";

type StoreFlag = "containerUrlFile" | "containerUrl" | "connectionString" | "accountUrl" | "local";

/** The order of precedence. A flag on the command line precedes all variables. */
const order: readonly StoreFlag[] = [
  "containerUrlFile",
  "containerUrl",
  "local",
  "connectionString",
  "accountUrl",
];

const none =
  "Specify the store: set AZURE_BATCH_OUTPUTS_CONTAINER_URL (the job's container with a SAS, from `batch-outputs url`), " +
  "AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT_URL (with Microsoft Entra ID), or use --local for Azurite.";

/** Opens the storage account. */
export function openAccount(command: Command): BatchOutputsClient {
  const account = openSelectedAccount(command, chooseStore(command, order.slice(2)));
  if (account) return account;
  const { containerUrl } = command.opts<StoreFlags>();
  throw new UsageError(
    containerUrl === undefined && process.env["AZURE_BATCH_OUTPUTS_CONTAINER_URL"] === undefined
      ? none
      : "This command requires the storage account, and AZURE_BATCH_OUTPUTS_CONTAINER_URL names only the container of one job: set AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCOUNT_URL as well.",
  );
}

/**
 * Opens the account, or the container of one job, depending on the flags. `storeArguments` select it without a secret.
 */
export function openStore(command: Command): (
  { readonly client: BatchOutputsClient } | { readonly storage: JobOutputStorage }
) & {
  readonly storeArguments: readonly string[] | undefined;
} {
  const store = chooseStore(command, order);
  const storeArguments = store && createStoreArguments(command.opts<StoreFlags>(), store);
  if (store === "containerUrl" || store === "containerUrlFile")
    return { storage: openContainer(command, store), storeArguments };
  const client = openSelectedAccount(command, store);
  if (!client) throw new UsageError(none);
  return { client, storeArguments };
}

function createStoreArguments(flags: StoreFlags, store: StoreFlag): readonly string[] | undefined {
  const { containerUrl = "", containerUrlFile = "", connectionString = "", accountUrl = "" } = flags;
  switch (store) {
    case "containerUrlFile":
      return ["--container-url-file", containerUrlFile];
    case "local":
      return ["--local"];
    case "connectionString":
      return connectionString === "UseDevelopmentStorage=true" ? ["--local"] : undefined;
    case "accountUrl":
      return hasQuery(accountUrl) ? undefined : ["--account-url", accountUrl];
    case "containerUrl":
      return hasQuery(containerUrl) ? undefined : ["--container-url", containerUrl];
  }
}

/** Opens the outputs of the job. */
export function openJob(command: Command): JobOutputStorage {
  const store = chooseStore(command, order);
  if (store === "containerUrl" || store === "containerUrlFile") return openContainer(command, store);
  const account = openSelectedAccount(command, store);
  if (!account) throw new UsageError(none);
  return account.getJobOutputStorage(requireJob(command));
}

/** Opens the outputs of the task if there is one, otherwise those of the job. */
export function openOutputs(command: Command): OutputStorage<string> {
  const { task } = command.opts<TaskFlags>();
  const job = openJob(command);
  return task === undefined || task === false ? job : job.getTaskOutputStorage(task);
}

/** Returns the job's id. Throws if it is not given. */
export function requireJob(command: Command): string {
  const { job } = command.opts<JobFlags>();
  if (job !== undefined && job !== "") return job;
  throw new UsageError("Specify the job with --job, or with AZ_BATCH_JOB_ID, which Batch sets in a task.");
}

function chooseStore(command: Command, candidates: readonly StoreFlag[]): StoreFlag | undefined {
  const flags = command.opts<StoreFlags>();
  // An empty value counts as not set, so that a flag can override a variable.
  const given = candidates.filter(
    (name) => flags[name] !== undefined && flags[name] !== "" && flags[name] !== false,
  );
  return given.find((name) => command.getOptionValueSource(name) === "cli") ?? given[0];
}

/**
 * Returns the variables that name a storage account if both are set, the one that is used first. A flag on the command line is
 * a choice between them, and a container's URL precedes both.
 */
export function findRivalVariables(command: Command): readonly [used: string, ignored: string] | undefined {
  const { connectionString = "", accountUrl = "" } = command.opts<StoreFlags>();
  if (chooseStore(command, order) !== "connectionString" || connectionString === "" || accountUrl === "")
    return undefined;
  return command.getOptionValueSource("connectionString") === "env"
    ? ["AZURE_STORAGE_CONNECTION_STRING", "AZURE_STORAGE_ACCOUNT_URL"]
    : undefined;
}

function openSelectedAccount(command: Command, store: StoreFlag | undefined): BatchOutputsClient | undefined {
  const { connectionString = "", accountUrl = "" } = command.opts<StoreFlags>();
  const options = createClientOptions(command);
  switch (store) {
    case "local":
      return BatchOutputsClient.fromConnectionString("UseDevelopmentStorage=true", options);
    case "connectionString":
      return BatchOutputsClient.fromConnectionString(connectionString, options);
    case "accountUrl":
      return new BatchOutputsClient(
        accountUrl,
        hasSas(accountUrl) ? undefined : createEntraIdCredential(),
        options,
      );
    case "containerUrlFile":
    case "containerUrl":
    case undefined:
      return undefined;
  }
}

/**
 * Opens a container. The job id is used only if it belongs to the container: a task may get the container of another
 * job than that in AZ_BATCH_JOB_ID.
 */
function openContainer(command: Command, from: "containerUrl" | "containerUrlFile"): JobOutputStorage {
  const { job, containerUrl: given = "", containerUrlFile: file = "" } = command.opts<JobFlags>();
  const containerUrl = from === "containerUrl" ? given : readUrlFile(file);
  const storage = new JobOutputStorage(containerUrl, {
    ...createClientOptions(command),
    ...(hasSas(containerUrl) || !containerUrl.startsWith("https:")
      ? {}
      : { credential: createEntraIdCredential() }),
    ...(from === "containerUrlFile" && hasSas(containerUrl) && !pipedUrls.has(file)
      ? { renewContainerUrl: () => readUrlFile(file) }
      : {}),
  });
  const { storeContainer } = storage;
  if (job === undefined) return storage;
  if (jobOutputContainerName(job) === storeContainer.name)
    return new JobOutputStorage(storeContainer.url, { jobId: job, opened: storeContainer });
  if (command.getOptionValueSource("job") !== "cli") return storage;
  throw new UsageError(
    `Job "${job}" keeps its outputs in container "${jobOutputContainerName(job)}", but ${describeUrlSource(command, from)} names container "${storeContainer.name}", and only that one can be used. For the outputs in that container, omit --job. For job "${job}", ${adviseOtherStore(command, from)}`,
  );
}

/**
 * Writes a warning if the container of a URL is not that of the job in AZ_BATCH_JOB_ID. What is stored goes into that container, where
 * nobody looks for it, unless the task is meant to.
 */
export function warnAboutOtherJob(command: Command, { storeContainer }: OutputStorage<string>): void {
  const { job } = command.opts<JobFlags>();
  const store = chooseStore(command, order);
  if (job === undefined || (store !== "containerUrl" && store !== "containerUrlFile")) return;
  if (jobOutputContainerName(job) === storeContainer.name) return;
  writeMessage(
    `${describeUrlSource(command, store)} names container ${quote(storeContainer.name)}, which is not that of job ${quote(job)} (AZ_BATCH_JOB_ID). Outputs are stored in that container.`,
    { text: "warning:", style: "yellow" },
  );
}

const urlSources = {
  containerUrl: { flag: "--container-url", variable: "AZURE_BATCH_OUTPUTS_CONTAINER_URL" },
  containerUrlFile: { flag: "--container-url-file", variable: "AZURE_BATCH_OUTPUTS_CONTAINER_URL_FILE" },
} as const;

/** Returns the flag or variable that gave the URL of the container. */
function describeUrlSource(command: Command, from: keyof typeof urlSources): string {
  const { flag, variable } = urlSources[from];
  return command.getOptionValueSource(from) === "cli" ? flag : variable;
}

function adviseOtherStore(command: Command, from: keyof typeof urlSources): string {
  const { flag, variable } = urlSources[from];
  const isFlag = command.getOptionValueSource(from) === "cli";
  const how = isFlag ? `omit ${flag}` : `remove the variable (\`unset ${variable}\`)`;
  return `${how} and name the storage account with AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCOUNT_URL.`;
}

/** The URLs that were read from pipes, by path: a pipe has its content once. */
const pipedUrls = new Map<string, string>();

/** Reads the container's URL if its file is a pipe, such as that of `<(command)`. Must be called before a store is opened. */
export async function readPipedUrl(command: Command): Promise<void> {
  const { containerUrlFile: path = "" } = command.opts<StoreFlags>();
  if (chooseStore(command, order) !== "containerUrlFile" || !isPipe(path)) return;
  pipedUrls.set(path, trimSetting(await readOptionFile("--container-url-file", path)));
}

function isPipe(path: string): boolean {
  try {
    return statSync(path).isFIFO();
  } catch {
    // Opening the file reports why it cannot be read.
    return false;
  }
}

function readUrlFile(path: string): string {
  const piped = pipedUrls.get(path);
  if (piped !== undefined) return piped;
  try {
    return trimSetting(readRegularOptionFile("--container-url-file", path));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "no text";
    throw new UsageError(`The file of --container-url-file, ${quote(path)}, cannot be read (${code}).`);
  }
}

function createClientOptions(command: Command): BatchOutputsClientOptions {
  const { maxTries, requestTimeout } = command.opts<StoreFlags>();
  return {
    userAgentOptions: { userAgentPrefix: "batch-outputs-cli" },
    ...(maxTries === undefined ? {} : { retryOptions: { maxTries } }),
    ...(requestTimeout === undefined ? {} : { progressTimeoutInMs: requestTimeout }),
  };
}

/** Whether a URL can contain a credential: a SAS in any spelling, or the token of a gateway. */
function hasQuery(url: string): boolean {
  return url.includes("?");
}

function hasSas(url: string): boolean {
  return /[?&]sig=/.test(url);
}
