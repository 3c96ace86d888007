import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ContainerSASPermissions } from "@azure/storage-blob";
import { expect, test } from "vitest";

import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { createJobId } from "../support/create-job-id.js";
import { windowsNodeOptions } from "../support/windows/node-options.js";

const programs = join(import.meta.dirname, "programs");

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly modules: readonly string[];
}

/** Runs a program in a process of its own. Gives what it wrote, and which modules it loaded. */
async function run(args: readonly string[]): Promise<Ended> {
  const modulesFile = join(createTemporaryFolder(), "modules.txt");
  const { exitCode, stdout, stderr } = await new Promise<Omit<Ended, "modules">>((resolve) => {
    const child = execFile(
      process.execPath,
      ["--import", pathToFileURL(join(programs, "record-modules.mjs")).href, ...args],
      {
        cwd: import.meta.dirname,
        env: { PATH: process.env["PATH"], ...windowsNodeOptions, MODULES_FILE: modulesFile },
      },
      (_, stdout, stderr) => {
        resolve({ exitCode: child.exitCode ?? -1, stdout, stderr });
      },
    );
  });
  const modules = existsSync(modulesFile)
    ? readFileSync(modulesFile, "utf8").split("\n").filter(Boolean)
    : [];
  return { exitCode, stdout, stderr, modules };
}

async function containerUrl(permissions = "racwl"): Promise<string> {
  const service = useSharedAzurite().serviceClient();
  const { containerClient } = await service.createContainer(createJobId());
  return await containerClient.generateSasUrl({
    permissions: ContainerSASPermissions.parse(permissions),
    expiresOn: new Date(Date.now() + 3_600_000),
  });
}

const isOfSdk = (url: string): boolean =>
  /node_modules\/@azure\/(?:storage-|core-rest|core-client|core-http|core-xml|core-lro)/.test(url);

test("to import the package loads a few files, and not the storage SDK", async () => {
  const { modules } = await run(["--input-type=module", "--eval", 'import "azure-batch-outputs";']);
  expect(modules.some((url) => url.endsWith("/dist/index.js"))).toBe(true);
  expect(modules.filter(isOfSdk)).toEqual([]);
  // Each takes as long as a third to all of the rest; they are loaded with the first call.
  expect(modules.filter((url) => /@azure\/logger|@typespec|^node:(?:crypto|net|zlib)$/.test(url))).toEqual(
    [],
  );
  // Node.js takes about a millisecond for each file.
  expect(modules.filter((url) => url.startsWith("file:")).length).toBeLessThan(8);
});

test("to save, list and fetch by a SAS does not load the storage SDK", async () => {
  const folder = createTemporaryFolder();
  const { stdout, modules } = await run([
    join(programs, "save-list-download.mjs"),
    await containerUrl(),
    folder,
  ]);
  expect(JSON.parse(stdout)).toEqual({
    paths: ["large.bin", "small.txt", "text.txt"],
    downloadedCount: 3,
    failedCount: 0,
    text: "text",
  });
  expect(modules.filter(isOfSdk)).toEqual([]);
});

const commandLine = join(import.meta.dirname, "../../dist/cli/batch-outputs.js");

/** Whether a bundled file contains the storage SDK, which names itself in the user agent of its requests. */
const containsSdk = (url: string): boolean =>
  url.startsWith("file:") && readFileSync(new URL(url), "utf8").includes("azsdk-js-azure-storage-blob");

test("the command line saves, lists and fetches by a SAS without the storage SDK, and loads it for a refusal", async () => {
  const folder = createTemporaryFolder();
  writeFileSync(join(folder, "a.txt"), "text");
  const store = ["--container-url", await containerUrl(), "--task", "t1"];
  const runs = [
    await run([commandLine, "save", "TaskOutput", join(folder, "a.txt"), "--destination", "a.txt", ...store]),
    await run([commandLine, "list", ...store]),
    await run([commandLine, "download", join(folder, "fetched"), ...store]),
  ];
  for (const { modules } of runs) {
    expect(modules.some((url) => url.includes("/dist/cli/"))).toBe(true);
    expect(modules.filter(containsSdk)).toEqual([]);
  }
  expect(readdirSync(join(folder, "fetched"), { recursive: true })).toContainEqual(
    expect.stringContaining("a.txt"),
  );
  const listOnly = ["--container-url", await containerUrl("rl"), "--task", "t1"];
  const refused = await run([
    ...[commandLine, "save", "TaskOutput", join(folder, "a.txt"), "--destination", "a.txt"],
    ...listOnly,
  ]);
  expect(refused).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining("(PermissionMissing)") as string,
  });
  expect(refused.modules.some(containsSdk)).toBe(true);
});

test("the version is printed without the parser of the command line", async () => {
  const { stdout, modules } = await run([commandLine, "--version"]);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  const parsers = modules.filter(
    (url) => url.startsWith("file:") && readFileSync(new URL(url), "utf8").includes("unknown option"),
  );
  expect(parsers).toEqual([]);
});

test("a refused save is explained in the same way, with the storage SDK", async () => {
  const code = `
    import { JobOutputStorage } from "azure-batch-outputs";
    const storage = new JobOutputStorage(process.argv[1]);
    await storage.saveText("JobOutput", "text", "a.txt").catch((error) => process.stdout.write(error.code));`;
  const { stdout, modules } = await run(["--input-type=module", "--eval", code, await containerUrl("rl")]);
  expect(stdout).toBe("PermissionMissing");
  expect(modules.some(isOfSdk)).toBe(true);
});

test("a client is given at once, of the module that the program imports, even while that import is under way", async () => {
  const { stdout } = await run([
    join(programs, "client-before-import.mjs"),
    "http://127.0.0.1:1/account/job-j1?sig=x",
  ]);
  expect(JSON.parse(stdout)).toEqual({ name: "job-j1", isSame: true, blob: "$JobOutput/a" });
});
