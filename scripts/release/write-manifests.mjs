/**
 * `node scripts/release/write-manifests.mjs FOLDER`: writes, beside the packed executables of the folder, the manifests by which
 * winget and Homebrew install them: three YAML files (schema 1.12.0) and a formula. They name the release of the version in the
 * repository of package.json, and the SHA-256 of each archive.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";

import { hashFile } from "./hash-file.mjs";

const [folder = "build/release"] = process.argv.slice(2);
/** @type {(text: string) => { version: string, homepage?: string }} */
const parseManifest = JSON.parse;
const { version, homepage } = parseManifest(await readFile("package.json", "utf8"));
if (homepage === undefined)
  throw new Error('package.json has no "homepage": run scripts/release/set-addresses.mjs');
const repository = homepage.replace(/#.*$/, "");
const description = "Saves the outputs and logs of Azure Batch tasks in Azure Blob Storage";
const publisher = "azure-batch-outputs contributors";

/** @param {string} archive */
async function describeArchive(archive) {
  const url = `${repository}/releases/download/v${version}/${archive}`;
  return { url, sha256: await hashFile(join(folder, archive)) };
}

const identity = { PackageIdentifier: "AzureBatchOutputs.BatchOutputs", PackageVersion: version };
const windows = await describeArchive("batch-outputs-win-x64.zip");
const wingetManifests = {
  "": { ...identity, DefaultLocale: "en-US", ManifestType: "version" },
  ".installer": {
    ...identity,
    InstallerType: "zip",
    NestedInstallerType: "portable",
    NestedInstallerFiles: [{ RelativeFilePath: "batch-outputs.exe", PortableCommandAlias: "batch-outputs" }],
    Installers: [
      { Architecture: "x64", InstallerUrl: windows.url, InstallerSha256: windows.sha256.toUpperCase() },
    ],
    ManifestType: "installer",
  },
  ".locale.en-US": {
    ...identity,
    PackageLocale: "en-US",
    Publisher: publisher,
    PackageName: "batch-outputs",
    PackageUrl: repository,
    License: "MIT",
    LicenseUrl: `${repository}/blob/v${version}/LICENSE`,
    ShortDescription: description,
    ReleaseNotesUrl: `${repository}/releases/tag/v${version}`,
    ManifestType: "defaultLocale",
  },
};
for (const [suffix, manifest] of Object.entries(wingetManifests)) {
  const text = stringify({ ...manifest, ManifestVersion: "1.12.0" });
  await writeFile(join(folder, `${identity.PackageIdentifier}${suffix}.yaml`), text);
}

/** @param {string} archive @param {number} indent */
async function formatDownload(archive, indent) {
  const { url, sha256 } = await describeArchive(archive);
  return [`url "${url}"`, `sha256 "${sha256}"`].map((line) => " ".repeat(indent) + line).join("\n");
}

const formula = `class BatchOutputs < Formula
  desc "${description}"
  homepage "${repository}"
  version "${version}"
  license "MIT"

  on_macos do
    on_arm do
${await formatDownload("batch-outputs-darwin-arm64.tar.gz", 6)}
    end
    on_intel do
${await formatDownload("batch-outputs-darwin-x64.tar.gz", 6)}
    end
  end

  on_linux do
    on_intel do
${await formatDownload("batch-outputs-linux-x64.tar.gz", 6)}
    end
    on_arm do
${await formatDownload("batch-outputs-linux-arm64.tar.gz", 6)}
    end
  end

  def install
    bin.install "batch-outputs"
    doc.install "third-party-licenses.txt"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/batch-outputs --version")
  end
end
`;
await writeFile(join(folder, "batch-outputs.rb"), formula);
