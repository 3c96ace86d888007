import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Azurite, startAzurite } from "../support/azurite.js";
import { cliPath, createEnvironment, runCli, setUpCliJob } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

const entraId = { AZURE_STORAGE_ACCOUNT_URL: "https://account.blob.core.windows.net", AZ_BATCH_JOB_ID: "j1" };

/** Made up for these tests: 64 bytes, as a key has. */
const wrongKey = Buffer.alloc(64, "wrong").toString("base64");

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite();
});

afterAll(() => azurite.stop());

/** Runs the program from where npm installs it, and returns what it prints on standard error. */
async function runInstalled(folder: string): Promise<string> {
  const package_ = join(folder, "node_modules/azure-batch-outputs");
  await mkdir(package_, { recursive: true });
  await cp(dirname(cliPath), join(package_, "dist/cli"), { recursive: true });
  await cp(join(dirname(cliPath), "../../package.json"), join(package_, "package.json"));
  const run = promisify(execFile)(process.execPath, [join(package_, "dist/cli/batch-outputs.js"), "list"], {
    env: createEnvironment(entraId),
  });
  return await run.then(
    () => "",
    (error: unknown) => String((error as { stderr?: unknown }).stderr),
  );
}

test("a program that is installed globally needs @azure/identity there", async () => {
  const prefix = createTemporaryFolder();
  expect(await runInstalled(join(prefix, "lib"))).toContain("`npm install --global @azure/identity`");
});

test("a program of a project needs @azure/identity in the project", async () => {
  const project = createTemporaryFolder();
  await writeFile(join(project, "package.json"), "{}");
  expect(await runInstalled(project)).toContain("`npm install @azure/identity`");
});

test("a command without a sign-in to Entra ID names az login", async () => {
  // The environment has no service principal, and other credentials are not tried.
  const env = { ...entraId, AZURE_TOKEN_CREDENTIALS: "EnvironmentCredential" };
  const { stderr } = await runCli(["list"], { env });
  expect(stderr).toContain("`az login`");
  expect(stderr).not.toContain("The cause of this error");
});

test("tasks of a Batch account without a sign-in to Entra ID name az login", async () => {
  const env = {
    AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
    AZURE_BATCH_ENDPOINT: "https://films.westeurope.batch.azure.com",
    AZURE_TOKEN_CREDENTIALS: "EnvironmentCredential",
  };
  const { stderr } = await runCli(["rescue", "--job", "j1"], { env });
  expect(stderr).toContain("Microsoft Entra ID returned no token");
  expect(stderr).toContain("`az login`");
});

test.for(["list", "doctor"])(
  "%s with a wrong key for Azurite says that the key is wrong",
  async (command) => {
    const { connectionString, accountKey, blobEndpoint } = azurite;
    const env = { AZURE_STORAGE_CONNECTION_STRING: connectionString.replace(accountKey, wrongKey) };
    const { stdout, stderr } = await runCli([command, "--job", "j1"], { env });
    const said = `${stdout}${stderr}`;
    expect(said).toContain(`the store at ${blobEndpoint}`);
    expect(said).toContain("the account key is wrong");
    expect(said).not.toContain("firewall");
    expect(said).not.toContain(wrongKey);
  },
);

test("list with the name of no account of Azurite does not advise to list", async () => {
  const { connectionString, accountName } = azurite;
  const env = { AZURE_STORAGE_CONNECTION_STRING: connectionString.replaceAll(accountName, "filmstorage") };
  const { stderr } = await runCli(["list", "--job", "j1"], { env });
  expect(stderr).toContain("there is no such storage account at");
  expect(stderr).not.toContain("`batch-outputs list`");
});

describe("a wrong value of a variable is reported by the variable's name", () => {
  test.for([
    ["AZURE_STORAGE_CONNECTION_STRING", "UseDevelopmentStorage", "UseDevelopmentStorage=true is Azurite"],
    ["AZURE_STORAGE_CONNECTION_STRING", "AccountName=films", "az storage account show-connection-string"],
    [
      "AZURE_STORAGE_CONNECTION_STRING",
      "BlobEndpoint=https://films.blob.core.windows.net",
      "neither an AccountKey nor a SharedAccessSignature",
    ],
    ["AZURE_STORAGE_ACCOUNT_URL", "films", "such as https://<account>.blob.core.windows.net"],
    [
      "AZURE_BATCH_OUTPUTS_CONTAINER_URL",
      "films",
      "such as https://<account>.blob.core.windows.net/<container>",
    ],
  ] as const)("%s=%s", async ([variable, value, advice]) => {
    const { status, stderr } = await runCli(["list", "--job", "j1"], { env: { [variable]: value } });
    expect(status).toBe(2);
    expect(stderr).toContain(`${variable} `);
    expect(stderr).toContain(advice);
    expect(stderr).not.toContain("--");
  });

  test("a flag keeps its own name", async () => {
    const { stderr } = await runCli(["list", "--job", "j1", "--account-url", "films"], {
      env: { AZURE_STORAGE_ACCOUNT_URL: "https://films.blob.core.windows.net" },
    });
    expect(stderr).toContain("--account-url must be");
  });
});

test("an http Batch endpoint without a key says that the key is not set", async () => {
  const env = {
    AZURE_STORAGE_CONNECTION_STRING: "UseDevelopmentStorage=true",
    AZURE_BATCH_ENDPOINT: "http://127.0.0.1:1",
  };
  const { status, stderr } = await runCli(["rescue", "--job", "j1"], { env });
  expect(status).toBe(2);
  expect(stderr).toContain("AZURE_BATCH_ACCESS_KEY is not set");
});

test("doctor warns of a second store, and says which is used", async () => {
  const env = {
    AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
    AZURE_STORAGE_ACCOUNT_URL: "https://films.blob.core.windows.net",
  };
  const { stdout } = await runCli(["doctor", "--job", "j1"], { env });
  expect(stdout).toContain(
    "AZURE_STORAGE_CONNECTION_STRING and AZURE_STORAGE_ACCOUNT_URL are set; AZURE_STORAGE_CONNECTION_STRING is used",
  );
});

test("download to a file says that it is not a folder", async () => {
  const job = await setUpCliJob();
  const cwd = createTemporaryFolder();
  await writeFile(join(cwd, "simulate.py"), "");
  await writeFile(join(cwd, "a.txt"), "text");
  await runCli(["save", "TaskOutput", "a.txt"], { env: job.taskEnv, cwd });
  for (const target of ["simulate.py", "simulate.py/out"]) {
    const { status, stderr } = await runCli(["download", target], { env: job.taskEnv, cwd });
    expect(status).not.toBe(0);
    expect(stderr).toContain("not a folder");
    expect(stderr).not.toContain("mkdir");
  }
});
