import { readFileSync } from "node:fs";
import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/core-auth";
import {
  argumentRangeError,
  BatchOutputsError,
  type Environment,
  hasCode,
  parseVariable,
  readVariable,
  requireVariable,
  trimSetting,
} from "../../core/index.js";
import { requireTaskId, jobOutputContainerName } from "../../conventions/index.js";
import {
  openAccount,
  openAccountByConnectionString,
  openContainer,
  type StoreAccount,
  type StoreContainer,
} from "../../storage/index.js";

const containerUrlVariable = "AZURE_BATCH_OUTPUTS_CONTAINER_URL";
const containerUrlFileVariable = "AZURE_BATCH_OUTPUTS_CONTAINER_URL_FILE";
const connectionStringVariable = "AZURE_STORAGE_CONNECTION_STRING";
const accountUrlVariable = "AZURE_STORAGE_ACCOUNT_URL";
const jobIdVariable = "AZ_BATCH_JOB_ID";

/** Reads the container from the environment, and the job's id if it is set. */
export function readStorageEnvironment(env: Environment): {
  container: StoreContainer;
  jobId: string | undefined;
} {
  const file = readVariable(env, containerUrlFileVariable);
  const containerUrl = readVariable(env, containerUrlVariable);
  if (file !== undefined || containerUrl !== undefined) {
    const container =
      file === undefined
        ? parseVariable(containerUrlVariable, () =>
            openContainer(containerUrl ?? "", undefined, {}, containerUrlVariable),
          )
        : parseVariable(containerUrlFileVariable, () => openContainerOfFile(file));
    return { container, jobId: readContainerJobId(container, readVariable(env, jobIdVariable)) };
  }
  const account = openEnvironmentAccount(env);
  const jobId = requireVariable(env, jobIdVariable);
  const containerName = parseVariable(jobIdVariable, () => jobOutputContainerName(jobId));
  return { container: account.getContainer(containerName), jobId };
}

/** A file with the URL, which is read again before its SAS ends. */
function openContainerOfFile(file: string): StoreContainer {
  const readUrl = (): string => readUrlFile(file);
  const url = readUrl();
  const options = hasSas(url) ? { renewContainerUrl: readUrl } : {};
  return openContainer(url, undefined, options, containerUrlFileVariable);
}

function readUrlFile(file: string): string {
  try {
    return trimSetting(readFileSync(file, "utf8"));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "no text";
    throw argumentRangeError(containerUrlFileVariable, `names a file that cannot be read (${code})`, {
      cause: error,
    });
  }
}

/** Reads the task's id from the environment. */
export function readTaskId(env: Environment): string {
  const name = "AZ_BATCH_TASK_ID";
  const taskId = requireVariable(env, name);
  return parseVariable(name, () => {
    requireTaskId(taskId);
    return taskId;
  });
}

/** Returns the job's id if the container is this job's: a task may get the container of another job. */
function readContainerJobId(container: StoreContainer, jobId: string | undefined): string | undefined {
  if (jobId === undefined) return undefined;
  const name = parseVariable(jobIdVariable, () => jobOutputContainerName(jobId));
  return name === container.name ? jobId : undefined;
}

function openEnvironmentAccount(env: Environment): StoreAccount {
  const connectionString = readVariable(env, connectionStringVariable);
  if (connectionString !== undefined) {
    return parseVariable(connectionStringVariable, () => openAccountByConnectionString(connectionString));
  }
  const accountUrl = readVariable(env, accountUrlVariable);
  if (accountUrl !== undefined) {
    return parseVariable(accountUrlVariable, () =>
      openAccount(accountUrl, hasSas(accountUrl) ? undefined : createEntraIdCredential()),
    );
  }
  throw new BatchOutputsError(
    "EnvironmentIncomplete",
    "The environment does not say where outputs are saved.",
    {
      hint: {
        action: "set-environment",
        variables: [containerUrlVariable, connectionStringVariable, accountUrlVariable],
      },
    },
  );
}

function hasSas(url: string): boolean {
  return /[?&]sig=/.test(url);
}

/** Creates a `DefaultAzureCredential` that is loaded when the first token is requested: most programs need none. */
export function createEntraIdCredential(): TokenCredential {
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
    if (!hasCode(error, "ERR_MODULE_NOT_FOUND")) throw error;
    throw new BatchOutputsError(
      "EnvironmentIncomplete",
      "Signing in with Microsoft Entra ID, for an account without a SAS or a key, needs the package @azure/identity, which is not installed.",
      { hint: { action: "install-package", package: "@azure/identity" }, cause: error },
    );
  }
}
