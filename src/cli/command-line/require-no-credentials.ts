import type { Command } from "commander";
import { redactText } from "../../core/index.js";
import { UsageError } from "../errors/usage-error.js";

/** Flags whose value is a credential, or an address that may contain one. */
const ofCredentials = new Set([
  "containerUrl",
  "connectionString",
  "accountUrl",
  "batchEndpoint",
  "batchKey",
]);

/** Commands whose arguments are another program's, or texts to search for. */
const ofOthers = new Set(["run", "grep"]);

/**
 * Rejects a credential that was given in place of something else, such as a connection string as a job's id. Otherwise it would be printed in
 * messages, and sent to the store as a part of names.
 *
 * @throws {@link UsageError} that names the argument, without its value.
 */
export function requireNoCredentials(command: Command): void {
  if (!ofOthers.has(command.name())) {
    for (const [index, value] of command.args.entries()) {
      const argument = command.registeredArguments[index] ?? command.registeredArguments.at(-1);
      requireNone(argument?.name() ?? "the argument", value);
    }
  }
  for (const option of command.options) {
    const name = option.attributeName();
    if (ofCredentials.has(name)) continue;
    const source = command.getOptionValueSource(name);
    const shown = source === "env" ? option.envVar : option.long;
    const value: unknown = command.getOptionValue(name);
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value])
      requireNone(shown ?? name, each);
  }
}

function requireNone(name: string, value: unknown): void {
  if (typeof value !== "string" || redactText(value) === value) return;
  // `design-sig=12.txt` is a name.
  if (!/[\w+/%.~-]{16}/.test(value)) return;
  throw new UsageError(
    `${name} contains a credential, which is not repeated here. Credentials are given by AZURE_BATCH_OUTPUTS_CONTAINER_URL, AZURE_STORAGE_CONNECTION_STRING or AZURE_BATCH_ACCESS_KEY.`,
  );
}
