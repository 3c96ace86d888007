import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasCode } from "../../core/index.js";
import type { Finding } from "./finding.js";

/**
 * The oldest version of the Batch REST API that Azure does not retire. The retirement of earlier versions was announced
 * in May 2026.
 *
 * Source: https://github.com/Azure/Batch/issues/140.
 */
const oldestVersion = "2025-06-01";

/** The first major version of `@azure/batch` that sends that version of the API. */
const firstMajorVersion = 13;

/** Warns of a version of the Batch REST API that Azure retires. Versions compare as strings: a later one is greater. */
export function examineApiVersion(apiVersion: string): Finding {
  const check = "Batch API version";
  if (apiVersion >= oldestVersion) return { check, result: "ok", message: apiVersion };
  return {
    check,
    result: "warn",
    message: `${apiVersion} is one of the versions before ${oldestVersion}, which Azure retires`,
    advice: `Unset AZURE_BATCH_OUTPUTS_BATCH_API_VERSION and remove --batch-api-version: ${oldestVersion} is the default.`,
  };
}

/**
 * Warns of a client of the Batch service that only sends retired versions of its API: the `@azure/batch` that programs
 * in a folder import. Clients of other languages are not found.
 */
export async function examineInstalledClient(folder: string): Promise<Finding | undefined> {
  const installed = await findInstalledClient(folder);
  if (installed === undefined) return undefined;
  const check = "Batch client";
  const message = `@azure/batch ${installed}`;
  if (Number.parseInt(installed, 10) >= firstMajorVersion) return { check, result: "ok", message };
  return {
    check,
    result: "warn",
    message: `${message} sends an API version before ${oldestVersion}, which Azure retires`,
    advice: `Upgrade to @azure/batch ${firstMajorVersion}, which sends ${oldestVersion}.`,
  };
}

/** The version of `@azure/batch` that Node.js finds from a folder: the nearest one, in it or in a parent folder. */
async function findInstalledClient(folder: string): Promise<string | undefined> {
  const path = join(folder, "node_modules", "@azure", "batch", "package.json");
  try {
    const { version } = JSON.parse(await readFile(path, "utf8")) as { version?: unknown };
    return typeof version === "string" && /^\d+\.\d+\.\d+/.test(version) ? version : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if (!hasCode(error, "ENOENT", "ENOTDIR", "EACCES", "EISDIR")) throw error;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : await findInstalledClient(parent);
}
