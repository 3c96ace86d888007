import type * as Logging from "@azure/logger";
import type { AzureClientLogger, AzureLogger } from "@azure/logger";
import { requireModule } from "../../storage/index.js";

let loaded: AzureLogger | undefined;

/**
 * The logger of this package: the channels `azure:batch-outputs:verbose`, `:warning` and so on of the Azure SDK's
 * `@azure/logger`. Log messages contain no credential.
 *
 * @example
 * ```ts
 * import { setLogLevel } from "@azure/logger";
 * setLogLevel("warning"); // also of the Azure SDK
 * ```
 */
export const logger: AzureLogger = {
  get error() {
    return getChannel("error");
  },
  get warning() {
    return getChannel("warning");
  },
  get info() {
    return getChannel("info");
  },
  get verbose() {
    return getChannel("verbose");
  },
};

/** Loads `@azure/logger`, which takes as long as the rest of an import of this package. To be awaited before the first message. */
export async function loadLogger(): Promise<AzureLogger> {
  if (loaded) return loaded;
  const { createClientLogger } = await import("@azure/logger");
  return (loaded ??= createClientLogger("batch-outputs"));
}

/** A program that logs before its first call has the package loaded at once. */
function getChannel(level: keyof AzureLogger): AzureClientLogger {
  try {
    loaded ??= (requireModule("@azure/logger") as typeof Logging).createClientLogger("batch-outputs");
  } catch {
    return createLateChannel(level);
  }
  return loaded[level];
}

/**
 * In a bundle without `node_modules` nothing can be loaded at once. Messages are passed on when the package is loaded, which then
 * knows whether they are shown.
 */
function createLateChannel(level: keyof AzureLogger): AzureClientLogger {
  const log = (...message: unknown[]): void => {
    loadLogger().then(
      (logger) => {
        logger[level](...message);
      },
      (error: unknown) => {
        process.emitWarning(error instanceof Error ? error : String(error));
      },
    );
  };
  const channel: AzureClientLogger = Object.assign(log, {
    level,
    namespace: `azure:batch-outputs:${level}`,
    enabled: true,
    log,
    destroy: () => false,
    extend: () => channel,
  });
  return channel;
}
