import { BatchOutputsClient, JobOutputStorage, type StoreContainer } from "../../../outputs/index.js";
import type { EngineContext } from "../base/engine-context.js";

/** A task must not wait minutes for a store that does not respond. */
const retryOptions = { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 };

/** A task must not wait minutes for a store that does not respond. */
export function openContainerByUrl(containerUrl: string): StoreContainer {
  return new JobOutputStorage(containerUrl, { retryOptions }).storeContainer;
}

/** Opens a container of the linked storage account by its name. Returns `undefined` without a linked account. */
export function openLinkedContainer(
  { options }: EngineContext,
  containerName: string,
): StoreContainer | undefined {
  if (options.linkedStorage === undefined) return undefined;
  const client = BatchOutputsClient.fromConnectionString(options.linkedStorage, { retryOptions });
  return client.storeAccount.getContainer(containerName);
}

/**
 * Opens a container that a managed identity can access, which must be in the linked storage account. Returns
 * `undefined` for any other URL.
 */
export function openContainerByIdentity(
  context: EngineContext,
  containerUrl: string,
): StoreContainer | undefined {
  const { pathname } = new URL(containerUrl);
  const containerName = decodeURIComponent(pathname.split("/").findLast((segment) => segment !== "") ?? "");
  const container = containerName === "" ? undefined : openLinkedContainer(context, containerName);
  return container && isSameAddress(container.url, containerUrl) ? container : undefined;
}

function isSameAddress(one: string, other: string): boolean {
  const address = (url: string): string => {
    const { origin, pathname } = new URL(url);
    return `${origin}${pathname.replace(/\/+$/, "")}`.replace("//localhost:", "//127.0.0.1:");
  };
  return address(one) === address(other);
}
