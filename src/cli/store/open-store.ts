import type { Command } from "commander";
import { jobOutputContainerName } from "../../conventions/index.js";
import {
  BatchOutputsClient,
  type BatchOutputsClientOptions,
  entraIdCredential,
  JobOutputStorage,
  type OutputStorage,
} from "../../outputs/index.js";
import { UsageError } from "../errors/usage-error.js";
import type { JobFlags, StoreFlags, TaskFlags } from "../command-line/flags.js";

type StoreFlag = "containerUrl" | "connectionString" | "accountUrl" | "local";

/** The order in which flags and variables are looked at; a flag on the command line goes before every variable. */
const order: readonly StoreFlag[] = ["containerUrl", "local", "connectionString", "accountUrl"];

const none =
  "Where are the outputs? Set AZURE_BATCH_OUTPUTS_CONTAINER_URL (the job's container with a SAS: `batch-outputs url` makes it), " +
  "AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT_URL (with Microsoft Entra ID); or say --local for Azurite.";

/** The storage account. */
export function openAccount(command: Command): BatchOutputsClient {
  const account = accountOf(command, chosen(command, order.slice(1)));
  if (account) return account;
  const { containerUrl } = command.opts<StoreFlags>();
  throw new UsageError(
    containerUrl === undefined && process.env["AZURE_BATCH_OUTPUTS_CONTAINER_URL"] === undefined
      ? none
      : "This needs the storage account, and a container's URL is only one container: set AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCOUNT_URL.",
  );
}

/** All that the credential is good for: the account, or one job's container; and what names it without a secret. */
export function openStore(command: Command): (
  { readonly client: BatchOutputsClient } | { readonly storage: JobOutputStorage }
) & {
  readonly storeArguments: readonly string[] | undefined;
} {
  const store = chosen(command, order);
  const storeArguments = store && argumentsOf(command.opts<StoreFlags>(), store);
  if (store === "containerUrl") {
    return { storage: ofContainer(command, command.opts<JobFlags>().containerUrl ?? ""), storeArguments };
  }
  const client = accountOf(command, store);
  if (!client) throw new UsageError(none);
  return { client, storeArguments };
}

function argumentsOf(flags: StoreFlags, store: StoreFlag): readonly string[] | undefined {
  const { containerUrl = "", connectionString = "", accountUrl = "" } = flags;
  switch (store) {
    case "local":
      return ["--local"];
    case "connectionString":
      return connectionString === "UseDevelopmentStorage=true" ? ["--local"] : undefined;
    case "accountUrl":
      return hasSas(accountUrl) ? undefined : ["--account-url", accountUrl];
    case "containerUrl":
      return hasSas(containerUrl) ? undefined : ["--container-url", containerUrl];
  }
}

/** The outputs of the job itself, and the way to its tasks. */
export function openJob(command: Command): JobOutputStorage {
  const flags = command.opts<JobFlags>();
  const store = chosen(command, order);
  if (store === "containerUrl") return ofContainer(command, flags.containerUrl ?? "");
  const account = accountOf(command, store);
  if (!account) throw new UsageError(none);
  return account.getJobOutputStorage(requireJob(command));
}

/** The outputs of the task, where one is named (by `--task` or by Batch), else those of the job. */
export function openOutputs(command: Command): OutputStorage<string> {
  const { task } = command.opts<TaskFlags>();
  const job = openJob(command);
  return task === undefined || task === false ? job : job.getTaskOutputStorage(task);
}

/** The job's id. */
export function requireJob(command: Command): string {
  const { job } = command.opts<JobFlags>();
  if (job !== undefined && job !== "") return job;
  throw new UsageError("Which job? Say --job ID (within a Batch task AZ_BATCH_JOB_ID says it).");
}

function chosen(command: Command, candidates: readonly StoreFlag[]): StoreFlag | undefined {
  const flags = command.opts<StoreFlags>();
  // An empty value says nothing: that is how a variable is overruled.
  const given = candidates.filter(
    (name) => flags[name] !== undefined && flags[name] !== "" && flags[name] !== false,
  );
  return given.find((name) => command.getOptionValueSource(name) === "cli") ?? given[0];
}

function accountOf(command: Command, store: StoreFlag | undefined): BatchOutputsClient | undefined {
  const { connectionString = "", accountUrl = "" } = command.opts<StoreFlags>();
  const options = clientOptions(command);
  switch (store) {
    case "local":
      return BatchOutputsClient.fromConnectionString("UseDevelopmentStorage=true", options);
    case "connectionString":
      return BatchOutputsClient.fromConnectionString(connectionString, options);
    case "accountUrl":
      return new BatchOutputsClient(
        accountUrl,
        hasSas(accountUrl) ? undefined : entraIdCredential(),
        options,
      );
    case "containerUrl":
    case undefined:
      return undefined;
  }
}

/**
 * The job's id is told where it is known to be that of the container: a task may be given the container of another job,
 * and its own AZ_BATCH_JOB_ID says nothing about that.
 */
function ofContainer(command: Command, containerUrl: string): JobOutputStorage {
  const { job } = command.opts<JobFlags>();
  const storage = new JobOutputStorage(containerUrl, {
    ...clientOptions(command),
    ...(hasSas(containerUrl) || !containerUrl.startsWith("https:")
      ? {}
      : { credential: entraIdCredential() }),
  });
  const { containerClient } = storage;
  if (job === undefined) return storage;
  if (jobOutputContainerName(job) === containerClient.containerName)
    return new JobOutputStorage(containerClient, { jobId: job });
  if (command.getOptionValueSource("job") !== "cli") return storage;
  throw new UsageError(
    `Job "${job}" keeps its outputs in container "${jobOutputContainerName(job)}", but the container's URL is for "${containerClient.containerName}". Leave out --job, or set AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCOUNT_URL in place of the container's URL.`,
  );
}

function clientOptions(command: Command): BatchOutputsClientOptions {
  const { maxTries, requestTimeout } = command.opts<StoreFlags>();
  return {
    userAgentOptions: { userAgentPrefix: "batch-outputs-cli" },
    ...(maxTries === undefined ? {} : { retryOptions: { maxTries } }),
    ...(requestTimeout === undefined ? {} : { progressTimeoutInMs: requestTimeout }),
  };
}

function hasSas(url: string): boolean {
  return /[?&]sig=/.test(url);
}
