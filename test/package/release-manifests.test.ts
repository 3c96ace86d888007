import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { packageRoot } from "./npm-package.js";

const archives = [
  "batch-outputs-win-x64.zip",
  "batch-outputs-darwin-arm64.tar.gz",
  "batch-outputs-darwin-x64.tar.gz",
  "batch-outputs-linux-x64.tar.gz",
  "batch-outputs-linux-arm64.tar.gz",
];

describe("the release of a repository", () => {
  const disposable = createDisposableFolder();
  const folder = disposable.path;
  let manifest: { version: string; [name: string]: unknown };

  beforeAll(() => {
    copyFileSync(join(packageRoot, "package.json"), join(folder, "package.json"));
    mkdirSync(join(folder, "release"));
    for (const archive of archives) writeFileSync(join(folder, "release", archive), archive);
    runScript("set-addresses.mjs", ["films/outputs", "https://github.example.com"]);
    manifest = JSON.parse(readText("package.json")) as typeof manifest;
    runScript("write-manifests.mjs", ["release"]);
  });

  afterAll(() => {
    disposable[Symbol.dispose]();
  });

  test("sets the addresses of the package, and changes nothing else of it", () => {
    const { homepage, repository, bugs, ...others } = manifest;
    expect({ homepage, repository, bugs }).toEqual({
      homepage: "https://github.example.com/films/outputs#readme",
      repository: { type: "git", url: "git+https://github.example.com/films/outputs.git" },
      bugs: { url: "https://github.example.com/films/outputs/issues" },
    });
    // The workflow has set those of its repository before it runs the tests: they are replaced.
    const own = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as typeof manifest;
    const names = ["homepage", "repository", "bugs"];
    expect(others).toEqual(Object.fromEntries(Object.entries(own).filter(([name]) => !names.includes(name))));
  });

  test("has manifests of winget that name the archive for Windows and its hash", () => {
    const name = "AzureBatchOutputs.BatchOutputs";
    const version = versionManifest.parse(readYaml(`${name}.yaml`));
    const installer = installerManifest.parse(readYaml(`${name}.installer.yaml`));
    const locale = localeManifest.parse(readYaml(`${name}.locale.en-US.yaml`));
    for (const { PackageIdentifier, PackageVersion } of [version, installer, locale])
      expect([PackageIdentifier, PackageVersion]).toEqual([name, manifest.version]);
    const [download] = installer.Installers;
    expect(download?.InstallerUrl).toBe(addressOf("batch-outputs-win-x64.zip"));
    expect(download?.InstallerSha256).toBe(hashOf("batch-outputs-win-x64.zip").toUpperCase());
  });

  test("has a formula of Homebrew that names each other archive and its hash", () => {
    const formula = readText("release/batch-outputs.rb");
    const downloads = [...formula.matchAll(/url "(.*)"\n *sha256 "(.*)"/g)].map(([, ...found]) => found);
    expect(downloads).toEqual(archives.slice(1).map((archive) => [addressOf(archive), hashOf(archive)]));
    // The rules of `brew audit` for descriptions.
    expect(/desc "(.*)"/.exec(formula)?.[1]).toMatch(/^(?!An? |The )[A-Z].{1,78}[^.]$/);
    const opened = formula.match(/^ *(?:class|def) .*$|\bdo$/gm) ?? [];
    expect(formula.match(/^ *end$/gm)).toHaveLength(opened.length);
  });

  test("names each executable that the workflow makes, and no other", () => {
    const workflow = parse(readFileSync(join(packageRoot, ".github/workflows/release.yml"), "utf8")) as {
      jobs: { executable: { strategy: { matrix: { include: readonly { target: string }[] } } } };
    };
    const targets = workflow.jobs.executable.strategy.matrix.include.map(({ target }) => target);
    expect(targets.map((target) => `batch-outputs-${target}`).sort()).toEqual(
      archives.map((archive) => archive.replace(/\.(?:zip|tar\.gz)$/, "")).sort(),
    );
  });

  test("is refused for a name that is no repository", () => {
    expect(() => {
      runScript("set-addresses.mjs", ["films"]);
    }).toThrow("not the owner and the name");
  });

  function runScript(name: string, args: readonly string[]): void {
    const script = join(packageRoot, "scripts/release", name);
    execFileSync(process.execPath, [script, ...args], { cwd: folder, stdio: "pipe" });
  }

  function readText(path: string): string {
    return readFileSync(join(folder, path), "utf8");
  }

  function readYaml(name: string): unknown {
    return parse(readText(join("release", name)));
  }

  function addressOf(archive: string): string {
    return `https://github.example.com/films/outputs/releases/download/v${manifest.version}/${archive}`;
  }

  function hashOf(archive: string): string {
    return createHash("sha256").update(archive).digest("hex");
  }
});

/** What the schema 1.12.0 of winget's manifests asks for, of the fields that these have. */
const common = {
  PackageIdentifier: z.string().regex(/^[^.\s\\/:*?"<>|]{1,32}(?:\.[^.\s\\/:*?"<>|]{1,32}){1,7}$/),
  PackageVersion: z
    .string()
    .regex(/^[^\\/:*?"<>|]+$/)
    .max(128),
  ManifestVersion: z.literal("1.12.0"),
};
const address = z.url({ protocol: /^https?$/ }).max(2048);
const versionManifest = z.strictObject({
  ...common,
  DefaultLocale: z.literal("en-US"),
  ManifestType: z.literal("version"),
});
const installerManifest = z.strictObject({
  ...common,
  InstallerType: z.literal("zip"),
  NestedInstallerType: z.literal("portable"),
  NestedInstallerFiles: z
    .array(
      z.strictObject({
        RelativeFilePath: z.string().min(1).max(512),
        PortableCommandAlias: z.string().min(1).max(40),
      }),
    )
    .length(1),
  Installers: z
    .array(
      z.strictObject({
        Architecture: z.enum(["x86", "x64", "arm", "arm64", "neutral"]),
        InstallerUrl: address,
        InstallerSha256: z.string().regex(/^[A-Fa-f0-9]{64}$/),
      }),
    )
    .min(1),
  ManifestType: z.literal("installer"),
});
const localeManifest = z.strictObject({
  ...common,
  PackageLocale: z.literal("en-US"),
  Publisher: z.string().min(2).max(256),
  PackageName: z.string().min(2).max(256),
  PackageUrl: address,
  License: z.string().min(3).max(512),
  LicenseUrl: address,
  ShortDescription: z.string().min(3).max(256),
  ReleaseNotesUrl: address,
  ManifestType: z.literal("defaultLocale"),
});
