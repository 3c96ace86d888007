import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { packageRoot } from "./npm-package.js";

const version = (JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string })
  .version;

test("the checksums of a release are those that sha256sum checks", () => {
  using folder = createDisposableFolder();
  writeFileSync(join(folder.path, "a.tgz"), "a");
  writeFileSync(join(folder.path, "b.zip"), "b");
  runScript("write-checksums.mjs", [folder.path]);
  runScript("write-checksums.mjs", [folder.path]);
  expect(readFileSync(join(folder.path, "SHA256SUMS"), "utf8")).toBe(
    "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a.tgz\n" +
      "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  b.zip\n",
  );
});

test("the bill of materials names bundled and installed packages, each with its licence", () => {
  using folder = createDisposableFolder();
  runScript("write-sbom.mjs", [folder.path]);
  const bom = JSON.parse(
    readFileSync(join(folder.path, `azure-batch-outputs-${version}.cdx.json`), "utf8"),
  ) as { bomFormat: string; components: { name: string; purl: string; licenses?: unknown[] }[] };
  expect(bom.bomFormat).toBe("CycloneDX");
  const names = bom.components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["commander", "react", "@azure/storage-blob"]));
  expect(new Set(bom.components.map(({ purl }) => purl)).size).toBe(names.length);
  expect(bom.components.filter(({ licenses }) => licenses === undefined)).toEqual([]);
});

test("the notes of a release are its section of the changelog", () => {
  expect(runScript("read-changes.mjs", [`v${version}`])).toContain("`batch-outputs`, the command line");
  expect(() => runScript("read-changes.mjs", ["v0.0.0"])).toThrow("CHANGELOG.md has no section for v0.0.0");
});

test("a tag that is not the package's version cannot be released", async () => {
  const check = promisify(execFile)(process.execPath, [script("check-release.mjs"), "v0.0.0"], {
    cwd: packageRoot,
  });
  await expect(check).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`the tag is "v0.0.0", package.json has version ${version}`) as string,
  });
});

test("an executable is packed with its licences", () => {
  using folder = createDisposableFolder();
  mkdirSync(join(folder.path, "build"));
  for (const name of ["build/batch-outputs", "build/third-party-licenses.txt", "LICENSE"]) {
    writeFileSync(join(folder.path, name), name);
  }
  execFileSync(process.execPath, [script("pack-executable.mjs"), "linux-x64"], { cwd: folder.path });
  const archive = join(folder.path, "build/release/batch-outputs-linux-x64.tar.gz");
  expect(existsSync(archive)).toBe(true);
  expect(execFileSync("tar", ["-tzf", archive], { encoding: "utf8" }).trim().split("\n")).toEqual([
    "batch-outputs",
    "LICENSE",
    "third-party-licenses.txt",
  ]);
});

function script(name: string): string {
  return join(packageRoot, "scripts/release", name);
}

function runScript(name: string, args: readonly string[]): string {
  return execFileSync(process.execPath, [script(name), ...args], {
    cwd: packageRoot,
    encoding: "utf8",
    stdio: "pipe",
  });
}
