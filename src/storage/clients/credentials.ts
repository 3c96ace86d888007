import { createHmac } from "node:crypto";
import type { NamedKeyCredential, SASCredential, TokenCredential } from "@azure/core-auth";
import type { StorageSharedKeyCredential } from "@azure/storage-blob";
import { hasCode } from "../../core/index.js";
import { requireSdk, type SharedKey } from "../transport/index.js";

/** What a storage account can be reached with; a URL that carries a SAS, or public access, needs none. */
export type StorageCredential =
  TokenCredential | StorageSharedKeyCredential | NamedKeyCredential | SASCredential;

/*
 * By shape, as @azure/core-auth tells them apart, which is not loaded for that.
 */

/** Whether it gives tokens, such as the credentials of @azure/identity do. */
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
    // Whoever has one has loaded the SDK.
    return credential instanceof requireSdk().blobs.StorageSharedKeyCredential;
  } catch (error) {
    // A bundle has one copy, inside.
    if (hasCode(error, "MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND")) return true;
    throw error;
  }
}

function hasMember(value: unknown, name: string, type: "function" | "string"): boolean {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, name) === type;
}

/** What signs with an account's key. */
export function createAccountKey({ name, key }: { readonly name: string; readonly key: string }): SharedKey {
  return new AccountKey(name, Buffer.from(key, "base64"));
}

class AccountKey implements SharedKey {
  readonly accountName: string;
  // Nothing that is printed shows a private member.
  readonly #key: Buffer;

  constructor(accountName: string, key: Buffer) {
    this.accountName = accountName;
    this.#key = key;
  }

  computeHMACSHA256(text: string): string {
    return createHmac("sha256", this.#key).update(text, "utf8").digest("base64");
  }
}
