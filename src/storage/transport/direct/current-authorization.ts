import { createClientLogger } from "@azure/logger";
import type { DirectAuthorization, StoreAccess } from "../contract/store-container.js";
import { areRequestsTraced } from "./direct-access.js";

const sdkLoggers = ["storage-blob", "core-rest-pipeline", "core-client"].map(createClientLogger);

/** Returns the current authorization of a client. While requests are traced or logged, the SDK sends all of them. */
export function getCurrentAuthorization({ direct }: StoreAccess): DirectAuthorization | undefined {
  return areRequestsTraced() || sdkLoggers.some((logger) => logger.info.enabled) ? undefined : direct;
}
