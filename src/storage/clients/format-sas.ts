import type { SasIPRange, UserDelegationKey } from "@azure/storage-blob";

/**
 * The service version of the SAS. Later versions sign further values, which are not used here, and Azurite (3.35) does
 * not support them.
 */
const version = "2025-07-05";

/** The values of a SAS. */
export interface SasValues {
  /** The resource: a blob, a container, or a directory with everything below it. */
  readonly resource: "b" | "c" | "d";
  /** The number of directories in the path of a directory. */
  readonly directoryDepth?: number;
  /** `/blob/<account>/<container>`, and the name of the blob or directory; percent-decoded. */
  readonly path: string;
  readonly permissions?: string | undefined;
  readonly startsOn?: Date | undefined;
  readonly expiresOn?: Date | undefined;
  readonly ipRange?: SasIPRange | undefined;
  readonly isHttpsOnly: boolean;
}

/** The signer of a SAS: the account's key, with or without a stored access policy, or a user delegation key. */
export type SasAuthority =
  | { readonly policyId: string | undefined }
  | { readonly key: UserDelegationKey; readonly userObjectId: string | undefined };

type Parameter = readonly [name: string, value: string | undefined];

/**
 * Formats and signs a SAS, as the query of a URL. The storage SDK cannot create a SAS for a directory, and only some of
 * its versions can create one for a single user.
 *
 * Sources: "Create a service SAS" and "Create a user delegation SAS", string-to-sign of versions 2020-12-06 and
 * 2025-07-05.
 *
 * @param sign - Returns the HMAC-SHA256 of a text, in base64.
 */
export function formatSas(
  values: SasValues,
  authority: SasAuthority,
  sign: (text: string) => string,
): string {
  const permissions: Parameter = ["sp", values.permissions];
  const start: Parameter = ["st", values.startsOn && formatTime(values.startsOn)];
  const expiry: Parameter = ["se", values.expiresOn && formatTime(values.expiresOn)];
  const ipRange: Parameter = ["sip", values.ipRange && formatIpRange(values.ipRange)];
  const protocol: Parameter = ["spr", values.isHttpsOnly ? "https" : undefined];
  const signedBy = formatAuthority(authority);
  const signed: readonly Parameter[] = [
    ...[permissions, start, expiry],
    ["", values.path],
    ...signedBy,
    ...[ipRange, protocol],
    ["sv", version],
    ["sr", values.resource],
    // A snapshot, an encryption scope, and five headers of the answer.
    ...Array.from({ length: 7 }, (): Parameter => ["", undefined]),
  ];
  const signature = sign(signed.map(([, value]) => value ?? "").join("\n"));
  const depth = values.directoryDepth === undefined ? undefined : String(values.directoryDepth);
  const query = new URLSearchParams();
  for (const [name, value] of [...signed, ["sdd", depth], ["sig", signature]] as readonly Parameter[])
    if (name !== "" && value !== undefined) query.set(name, value);
  return query.toString();
}

/** In the order in which they are signed. */
function formatAuthority(authority: SasAuthority): readonly Parameter[] {
  if ("policyId" in authority) return [["si", authority.policyId]];
  const { key, userObjectId } = authority;
  return [
    ["skoid", key.signedObjectId],
    ["sktid", key.signedTenantId],
    ["skt", formatTime(key.signedStartsOn)],
    ["ske", formatTime(key.signedExpiresOn)],
    ["sks", key.signedService],
    ["skv", key.signedVersion],
    ["saoid", undefined],
    ["suoid", undefined],
    ["scid", undefined],
    ["skdutid", undefined],
    ["sduoid", userObjectId],
  ];
}

/** A time in whole seconds. */
function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

function formatIpRange({ start, end }: SasIPRange): string {
  return end === undefined ? start : `${start}-${end}`;
}
