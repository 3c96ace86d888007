import type { NamedKeyCredential, SASCredential, TokenCredential } from "@azure/core-auth";
import type { StorageSharedKeyCredential } from "@azure/storage-blob";
import { isBatchOutputsError } from "../../core/index.js";
import { requireSdk, type SharedKey } from "../transport/index.js";

/** A credential for a storage account. A URL with a SAS, or public access, needs none. */
export type StorageCredential =
  TokenCredential | StorageSharedKeyCredential | NamedKeyCredential | SASCredential;

/*
 * Credentials are recognized by their members, as in @azure/core-auth, without loading that package.
 */

/** Whether it provides tokens, like the credentials of @azure/identity. */
export function isTokenCredential(credential: unknown): credential is TokenCredential {
  return hasMember(credential, "getToken", "function");
}

/** Whether it is an `AzureSASCredential`. */
export function isSasCredential(credential: unknown): credential is SASCredential {
  return hasMember(credential, "signature", "string");
}

/** Whether it is an `AzureNamedKeyCredential`. */
export function isNamedKeyCredential(credential: unknown): credential is NamedKeyCredential {
  return hasMember(credential, "name", "string") && hasMember(credential, "key", "string");
}

/** Whether it is a `StorageSharedKeyCredential` of the copy of the SDK that this package loads. */
export function isSharedKeyCredential(credential: unknown): credential is StorageSharedKeyCredential {
  return hasMember(credential, "computeHMACSHA256", "function") && isOfLoadedSdk(credential);
}

function isOfLoadedSdk(credential: unknown): boolean {
  try {
    // A caller that has such a credential has loaded the SDK.
    return credential instanceof requireSdk().blobs.StorageSharedKeyCredential;
  } catch (error) {
    // A bundle contains its only copy.
    if (isBatchOutputsError(error) && error.code === "EnvironmentIncomplete") return true;
    throw error;
  }
}

function hasMember(value: unknown, name: string, type: "function" | "string"): boolean {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, name) === type;
}

/** Creates the signer for an account's key. */
export function createAccountKey({ name, key }: { readonly name: string; readonly key: string }): SharedKey {
  return new AccountKey(name, Buffer.from(key, "base64"));
}

class AccountKey implements SharedKey {
  readonly accountName: string;
  // Private members are not shown when the object is logged.
  readonly #key: Buffer;

  constructor(accountName: string, key: Buffer) {
    this.accountName = accountName;
    this.#key = key;
  }

  computeHMACSHA256(text: string): string {
    // Loaded here, because it takes longer than all else that opens an account.
    const { createHmac } = process.getBuiltinModule("node:crypto");
    return createHmac("sha256", this.#key).update(text, "utf8").digest("base64");
  }
}
