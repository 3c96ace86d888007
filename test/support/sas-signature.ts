import { createHmac } from "node:crypto";

/** What a SAS was signed with, as the service knows it. */
export interface SigningKey {
  readonly accountName: string;
  /** Base64: the account's key, or the value of a user delegation key. */
  readonly key: string;
}

/** The resource that a signature is for: the blob, where `sr` says so. */
export interface SignedResource {
  readonly containerName: string;
  readonly blobName?: string;
}

/**
 * The signature that the service computes for a SAS, from its parameters, for versions from 2020-12-06 on. Written after
 * "Create a service SAS" and "Create a user delegation SAS" (String-to-sign), without the SDK: it is what shows that
 * the SDK was given the right values.
 */
export function computeSignature(
  sas: URLSearchParams,
  { containerName, blobName }: SignedResource,
  { accountName, key }: SigningKey,
): string {
  const value = (name: string): string => sas.get(name) ?? "";
  const path = blobName === undefined ? containerName : `${containerName}/${blobName}`;
  const isDelegated = sas.has("skoid");
  const fields = [
    value("sp"),
    value("st"),
    value("se"),
    `/blob/${accountName}/${path}`,
    ...(isDelegated ? readDelegation(sas) : [value("si")]),
    value("sip"),
    value("spr"),
    value("sv"),
    value("sr"),
    "", // the snapshot's time
    value("ses"),
    value("rscc"),
    value("rscd"),
    value("rsce"),
    value("rscl"),
    value("rsct"),
  ];
  return createHmac("sha256", Buffer.from(key, "base64")).update(fields.join("\n"), "utf8").digest("base64");
}

function readDelegation(sas: URLSearchParams): string[] {
  const names = ["skoid", "sktid", "skt", "ske", "sks", "skv", "saoid", "suoid", "scid"];
  // Users that a SAS is bound to are signed from 2025-07-05 on.
  if ((sas.get("sv") ?? "") >= "2025-07-05") names.push("skdutid", "sduoid");
  return names.map((name) => sas.get(name) ?? "");
}
