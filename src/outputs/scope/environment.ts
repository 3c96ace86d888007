import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/core-auth";
import type { BlobServiceClient, ContainerClient } from "@azure/storage-blob";
import { BatchOutputsError } from "../../core/index.js";
import { requireTaskId, jobOutputContainerName } from "../../conventions/index.js";
import {
  readContainerName,
  createContainerClient,
  createServiceClient,
  createServiceClientFromConnectionString,
} from "../../storage/index.js";

const containerUrlVariable = "AZURE_BATCH_OUTPUTS_CONTAINER_URL";
const jobIdVariable = "AZ_BATCH_JOB_ID";

/** The variables of a process, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Which container the environment tells of, and the job's id where it says. */
export function storageEnvironment(env: Environment): {
  container: ContainerClient;
  jobId: string | undefined;
} {
  const containerUrl = variable(env, containerUrlVariable);
  if (containerUrl !== undefined) {
    const container = sensible(containerUrlVariable, () =>
      createContainerClient(containerUrl, undefined, {}, containerUrlVariable),
    );
    return { container, jobId: jobOfContainer(container, variable(env, jobIdVariable)) };
  }
  const service = accountOf(env);
  const jobId = requireVariable(env, jobIdVariable, "the job's id, which Batch sets for every task");
  const containerName = sensible(jobIdVariable, () => jobOutputContainerName(jobId));
  return { container: service.getContainerClient(containerName), jobId };
}

/** The task that the environment tells of. */
export function taskOfEnvironment(env: Environment): string {
  const name = "AZ_BATCH_TASK_ID";
  const taskId = requireVariable(env, name, "the task's id, which Batch sets for every task");
  return sensible(name, () => {
    requireTaskId(taskId);
    return taskId;
  });
}

/** A task may be given another job's container: then its own job's id says nothing. */
function jobOfContainer(container: ContainerClient, jobId: string | undefined): string | undefined {
  if (jobId === undefined) return undefined;
  const name = sensible(jobIdVariable, () => jobOutputContainerName(jobId));
  return name === readContainerName(container) ? jobId : undefined;
}

function accountOf(env: Environment): BlobServiceClient {
  const connectionString = variable(env, "AZURE_STORAGE_CONNECTION_STRING");
  if (connectionString !== undefined) {
    return sensible("AZURE_STORAGE_CONNECTION_STRING", () =>
      createServiceClientFromConnectionString(connectionString),
    );
  }
  const accountUrl = variable(env, "AZURE_STORAGE_ACCOUNT_URL");
  if (accountUrl !== undefined) {
    return sensible("AZURE_STORAGE_ACCOUNT_URL", () =>
      createServiceClient(accountUrl, hasSas(accountUrl) ? undefined : entraIdCredential()),
    );
  }
  throw new BatchOutputsError(
    "EnvironmentIncomplete",
    `The environment does not say where outputs go. Set ${containerUrlVariable} (the job's container with a SAS, from getOutputStorageContainerUrl), AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT_URL.`,
  );
}

function requireVariable(env: Environment, name: string, meaning: string): string {
  const value = variable(env, name);
  if (value !== undefined) return value;
  throw new BatchOutputsError(
    "EnvironmentIncomplete",
    `The environment variable ${name} is not set: ${meaning}. Outside of a Batch task, set it, or name job and task in code.`,
  );
}

/** What is made of a variable's value: nobody passed it as an argument, so what is wrong with it is not said of one. */
function sensible<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw new BatchOutputsError(
      "EnvironmentIncomplete",
      `The environment variable ${name} makes no sense: ${error.message}.`,
      { cause: error },
    );
  }
}

/** An empty variable counts as not set, as it is on Windows. */
function variable(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === "" ? undefined : value;
}

function hasSas(url: string): boolean {
  return /[?&]sig=/.test(url);
}

/** `DefaultAzureCredential`, loaded when the first token is asked for: most who use this package do without it. */
export function entraIdCredential(): TokenCredential {
  let credential: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
      credential ??= loadDefaultCredential();
      return await (await credential).getToken(scopes, options);
    },
  };
}

async function loadDefaultCredential(): Promise<TokenCredential> {
  try {
    const { DefaultAzureCredential } = await import("@azure/identity");
    return new DefaultAzureCredential();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")) throw error;
    throw new BatchOutputsError(
      "EnvironmentIncomplete",
      "AZURE_STORAGE_ACCOUNT_URL without a SAS, and a Batch account without a key, mean Microsoft Entra ID, which needs the package @azure/identity: npm install @azure/identity.",
      { cause: error },
    );
  }
}
