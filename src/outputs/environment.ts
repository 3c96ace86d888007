import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/core-auth";
import type { ContainerClient } from "@azure/storage-blob";
import { jobOutputContainerName } from "../conventions/index.js";
import { BatchOutputsError } from "../errors.js";
import {
  createContainerClient,
  createServiceClient,
  createServiceClientFromConnectionString,
} from "../storage/index.js";

/** The variables of a process, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Which container the environment tells of, and the job's id where it says. */
export function storageEnvironment(env: Environment): {
  container: ContainerClient;
  jobId: string | undefined;
} {
  const jobId = variable(env, "AZ_BATCH_JOB_ID");
  const containerUrl = variable(env, "AZURE_BATCH_OUTPUTS_CONTAINER_URL");
  if (containerUrl !== undefined) {
    return {
      container: createContainerClient(containerUrl, undefined, {}, "AZURE_BATCH_OUTPUTS_CONTAINER_URL"),
      jobId,
    };
  }
  const service = accountOf(env);
  const id = requireVariable(env, "AZ_BATCH_JOB_ID", "the job's id, which Batch sets for every task");
  return { container: service.getContainerClient(jobOutputContainerName(id)), jobId: id };
}

function accountOf(env: Environment) {
  const connectionString = variable(env, "AZURE_STORAGE_CONNECTION_STRING");
  if (connectionString !== undefined) return createServiceClientFromConnectionString(connectionString);
  const accountUrl = variable(env, "AZURE_STORAGE_ACCOUNT_URL");
  if (accountUrl !== undefined)
    return createServiceClient(accountUrl, hasSas(accountUrl) ? undefined : entraIdCredential());
  throw new BatchOutputsError(
    "EnvironmentIncomplete",
    "The environment does not say where outputs go. Set AZURE_BATCH_OUTPUTS_CONTAINER_URL (the job's container with a SAS, from getOutputStorageContainerUrl), AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT_URL.",
  );
}

/** The variable's value. Throws `EnvironmentIncomplete`, saying what it is for. */
export function requireVariable(env: Environment, name: string, meaning: string): string {
  const value = variable(env, name);
  if (value !== undefined) return value;
  throw new BatchOutputsError(
    "EnvironmentIncomplete",
    `The environment variable ${name} is not set: ${meaning}. Outside of a Batch task, set it, or name job and task in code.`,
  );
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
function entraIdCredential(): TokenCredential {
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
      "AZURE_STORAGE_ACCOUNT_URL without a SAS means Microsoft Entra ID, which needs the package @azure/identity: npm install @azure/identity.",
      { cause: error },
    );
  }
}
