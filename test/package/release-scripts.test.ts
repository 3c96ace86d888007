import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { kinds, readChangeFiles } from "../../scripts/release/changelog.mjs";
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

test("the notes of a release are its section of the changelog", () => {
  expect(runScript("read-changes.mjs", [`v${version}`])).toContain("The command line, `batch-outputs`");
  expect(() => runScript("read-changes.mjs", ["v0.0.0"])).toThrow("CHANGELOG.md has no section for v0.0.0");
});

test("changes that wait for a release are moved into the section of the version, by kind", () => {
  using folder = createDisposableFolder();
  const write = (path: string, text: string): void => {
    writeFileSync(join(folder.path, path), text);
  };
  const collect = (): string => {
    execFileSync(process.execPath, [script("collect-changes.mjs")], { cwd: folder.path, stdio: "pipe" });
    return readFileSync(join(folder.path, "CHANGELOG.md"), "utf8");
  };
  mkdirSync(join(folder.path, "changes"));
  write("package.json", JSON.stringify({ version: "2.0.0" }));
  write("CHANGELOG.md", "# Changelog\n\n## [1.0.0] - 2026-01-01\n\n### Fixed\n\n- A.\n");
  write("changes/README.md", "What this folder is for.");
  write("changes/fixed-b.md", "B costs $& less,\nand runs.\n");
  const first = "## [2.0.0] - unreleased\n\n### Fixed\n\n- B costs $& less,\n  and runs.\n";
  const older = "\n## [1.0.0] - 2026-01-01\n\n### Fixed\n\n- A.\n";
  expect(collect()).toBe(`# Changelog\n\n${first}${older}`);
  expect(readdirSync(join(folder.path, "changes"))).toEqual(["README.md"]);

  write("changes/security-d.md", "D.");
  write("changes/fixed-c.md", "C.");
  write("changes/added-e.md", "E.");
  const added =
    "## [2.0.0] - unreleased\n\n### Added\n\n- E.\n\n### Fixed\n\n- B costs $& less,\n  and runs.\n";
  expect(collect()).toBe(`# Changelog\n\n${added}- C.\n\n### Security\n\n- D.\n${older}`);

  write("changes/repaired-f.md", "F.");
  expect(collect).toThrow("name it KIND-WORDS.md");
});

test("the changelog has nothing but kinds of Keep a Changelog, and each change that waits has one", async () => {
  const headings = readFileSync(join(packageRoot, "CHANGELOG.md"), "utf8").match(/^#{2,3} .+$/gm) ?? [];
  const unknown = headings.filter(
    (heading) =>
      !/^## \[\d+\.\d+\.\d+(?:-[\w.]+)?\] - (?:unreleased|\d{4}-\d{2}-\d{2})$/.test(heading) &&
      !kinds.includes(heading.replace("### ", "")),
  );
  expect(unknown).toEqual([]);
  await expect(readChangeFiles(join(packageRoot, "changes"))).resolves.toBeInstanceOf(Array);
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
