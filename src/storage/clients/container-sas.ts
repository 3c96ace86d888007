import { argumentRangeError, quote, redactText } from "../../core/index.js";
import { loadSdk, type StoreAccount, type StoreContainer } from "../transport/index.js";
import { type DirectorySasOptions, requireDirectories } from "./require-directories.js";
import type { SasOptions } from "./sas-options.js";
import { signSas, withSignedSas } from "./sign-url.js";

/** The permissions and lifetime of a container SAS. */
export interface ContainerSasOptions extends SasOptions {
  /** Permission letters of a container SAS, in any order. */
  readonly permissions: string;
  /** The identifier of a stored access policy of the container, which then sets permissions and times. */
  readonly policyId?: string | undefined;
}

/**
 * Returns the container's URL with a SAS: a service SAS signed with the account's key, or a user delegation SAS if the
 * client has a token credential. Without `startsOn` the SAS has no start time, so that clock differences do not matter;
 * for the same reason a user delegation SAS of 7 days ends 5 minutes earlier.
 *
 * @throws TypeError or RangeError naming the option; BatchOutputsError `CannotSign`.
 */
export async function signContainerUrl(
  account: StoreAccount,
  container: StoreContainer,
  { policyId, permissions: letters, ...sas }: ContainerSasOptions,
): Promise<string> {
  // The service refuses a SAS that repeats a property of its policy.
  const permissions = policyId === undefined ? await parsePermissions(letters) : undefined;
  const signed = await signSas(account, container, { resource: "c", permissions, policyId }, sas);
  return withSignedSas(container.url, signed);
}

/**
 * Returns the container's URL with a SAS that is valid for one of its directories and all below it; see
 * {@link signContainerUrl}. Only accounts with a hierarchical namespace have directories.
 *
 * @throws TypeError or RangeError naming the option; BatchOutputsError `CannotSign`, also for an account without
 * directories.
 */
export async function signDirectoryUrl(
  account: StoreAccount,
  container: StoreContainer,
  directory: string,
  { policyId, permissions: letters, ...sas }: ContainerSasOptions & DirectorySasOptions,
): Promise<string> {
  const permissions = policyId === undefined ? orderLetters(letters) : undefined;
  await requireDirectories(account, sas);
  const directoryDepth = directory.split("/").length;
  const grant = { resource: "d", name: directory, directoryDepth, permissions, policyId } as const;
  return withSignedSas(container.url, await signSas(account, container, grant, sas));
}

/**
 * Returns a blob's URL with a SAS that permits only reading it; see {@link signContainerUrl}.
 *
 * @throws TypeError or RangeError naming the option; BatchOutputsError `CannotSign`.
 */
export async function signBlobUrl(
  account: StoreAccount,
  container: StoreContainer,
  blobName: string,
  sas: SasOptions,
): Promise<string> {
  const signed = await signSas(account, container, { resource: "b", name: blobName, permissions: "r" }, sas);
  const { url } = (await container.loadClient()).getBlobClient(blobName);
  return withSignedSas(url, signed);
}

/** Returns the letters in the order that the service requires. */
async function parsePermissions(letters: string): Promise<string> {
  const { blobs } = await loadSdk();
  try {
    if (letters === "") throw argumentRangeError("it", "is empty");
    return blobs.ContainerSASPermissions.parse(letters).toString();
  } catch (error) {
    throw argumentRangeError(
      "options.permissions",
      `must be letters of a container SAS such as "racwl", but is ${typeof letters === "string" ? quote(letters) : JSON.stringify(letters)}: ${error instanceof Error ? redactText(error.message) : ""}`,
    );
  }
}

/** The letters of a SAS for a directory, in the order that the service requires. Source: "Create a service SAS". */
const directoryLetters = ["r", "a", "c", "w", "d", "l", "m", "e", "o", "p"] as const;

function orderLetters(letters: string): string {
  if (/^[racwdlmeop]+$/.test(letters))
    return directoryLetters.filter((letter) => letters.includes(letter)).join("");
  throw argumentRangeError(
    "options.permissions",
    `must be letters of a SAS for a directory (${directoryLetters.join("")}), but is ${quote(letters)}`,
  );
}
