import { execFile } from "node:child_process";
import { copyFile, mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, inject, test } from "vitest";

import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { packageRoot } from "./npm-package.js";

const run = promisify(execFile);

describe("a release publishes", () => {
  const tarball = inject("packageTarball");
  const version = basename(tarball, ".tgz").replace("azure-batch-outputs-", "");
  const disposable = createDisposableFolder();
  const folder = disposable.path;

  beforeAll(async () => {
    await copyFile(tarball, join(folder, basename(tarball)));
    await runScript("write-alias-package.mjs", folder);
    return () => {
      disposable[Symbol.dispose]();
    };
  });

  test("a package with the name of the command, which runs it", async () => {
    const installed = join(inject("installedProject"), "alias");
    await mkdir(installed);
    await run("tar", ["-xzf", join(folder, `batch-outputs-${version}.tgz`), "-C", installed]);
    const program = join(installed, "package/batch-outputs.js");
    expect((await run(process.execPath, [program, "--version"])).stdout).toBe(`${version}\n`);
    await expect(run(process.execPath, [program, "nothing"])).rejects.toMatchObject({ code: 2 });
  });

  test("both packages, a beta version with the tag that npm requires", async () => {
    const { stdout, stderr } = await runScript("publish-packages.mjs", folder, "--dry-run");
    expect(stdout).toBe(`+ azure-batch-outputs@${version}\n+ batch-outputs@${version}\n`);
    const tag = version.includes("-") ? "next" : "latest";
    expect(stderr.match(/with tag (\S+) and public access \(dry-run\)/g)).toEqual([
      `with tag ${tag} and public access (dry-run)`,
      `with tag ${tag} and public access (dry-run)`,
    ]);
  });
});

async function runScript(name: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const script = join(packageRoot, "scripts/release", name);
  return await run(process.execPath, [script, ...args], { cwd: packageRoot });
}
