/** Describes the machine and the versions of the measured programs. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { azcopyProgram } from "../peers/azcopy.mjs";
import { versionOf } from "../peers/is-there.mjs";
import { options } from "./options.mjs";
import { writeSection } from "./results.mjs";

/** @param {string} name of a package that this one has installed */
function packageVersion(name) {
  const require = createRequire(import.meta.url);
  const folder = require.resolve.paths(name)?.find((path) => {
    try {
      return readFileSync(join(path, name, "package.json")).length > 0;
    } catch {
      // Not in this folder: try the next one.
      return false;
    }
  });
  /** @type {unknown} */
  const found = JSON.parse(readFileSync(join(folder ?? "", name, "package.json"), "utf8"));
  return /** @type {{ version: string }} */ (found).version;
}

/** Writes the section about the machine and the versions. */
export async function keepMachine() {
  const model = cpus()[0]?.model.trim() ?? "unknown";
  const az = versionOf(["az", "version", "--query", '"azure-cli"', "--output", "tsv"]);
  const compiler = execFileSync("cc", ["--version"], { encoding: "utf8" }).split("\n")[0] ?? "";
  const lines = [
    `${new Date().toISOString().slice(0, 10)}: ${availableParallelism()} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}; loopback.`,
    `Node.js ${process.versions.node}, \`@azure/storage-blob\` ${packageVersion("@azure/storage-blob")}, Azurite ${packageVersion("azurite")}, ${
      versionOf(["rclone", "version"]) ?? "no rclone"
    }, ${azcopyProgram === "" ? "no azcopy" : (versionOf([azcopyProgram, "--version"]) ?? "")}, ${az === undefined ? "no az" : `az ${az}`}; ${compiler}.`,
    `Medians of ${options.runs} runs unless the table says otherwise: a peer has ${options.budgetSeconds} s for one work, and who is slower gets fewer.`,
  ];
  await writeSection("machine", lines.join("\n"));
}
