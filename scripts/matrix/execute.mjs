import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";

/**
 * The variables of a store, with a job of its own.
 * @param {import("./checks.mjs").Context["azurite"]} azurite
 */
export function storeOf({ connectionString }) {
  /** @param {string} name */
  const read = (name) => new RegExp(`${name}=([^;]*)`).exec(connectionString)?.[1] ?? "";
  const job = `matrix-${randomUUID().slice(0, 8)}`;
  return {
    AZURE_STORAGE_CONNECTION_STRING: connectionString,
    ENDPOINT: read("BlobEndpoint"),
    ACCOUNT: read("AccountName"),
    KEY: read("AccountKey"),
    JOB: job,
    AZ_BATCH_JOB_ID: job,
  };
}

/**
 * @param {readonly string[]} command
 * @param {string} cwd
 * @param {Record<string, string>} [variables]
 * @returns {Promise<string>} what it prints to standard output
 */
export async function execute(command, cwd, variables = {}) {
  const [executable = "", ...args] = command;
  const options = { cwd, env: createEnvironment(variables), maxBuffer: 1 << 26 };
  const { stdout } = await promisify(execFile)(executable, args, options);
  return stdout;
}

/**
 * Nothing of this process but its search path, and what downloads need.
 * @param {Record<string, string>} variables
 */
export function createEnvironment(variables) {
  const needed = /^(?:PATH|HOME|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|(?:https?|no)_proxy|npm_config_.*)$/i;
  const own = Object.entries(process.env).flatMap(([name, value = ""]) =>
    needed.test(name) ? [[name, value]] : [],
  );
  return { .../** @type {Record<string, string>} */ (Object.fromEntries(own)), ...variables };
}

/**
 * @param {string} found
 * @param {string} expected
 */
export function expectText(found, expected) {
  if (found.trim() !== expected)
    throw new Error(`printed ${JSON.stringify(found)} in place of "${expected}"`);
}
