/**
 * The reason why the service did not accept a signature or token, if its `AuthenticationErrorDetail` has a known form.
 */
export type AuthenticationDetail =
  /** The time is outside the validity of the SAS. Dates are in the service's format. */
  | {
      readonly kind: "time";
      readonly start: string | undefined;
      readonly expiry: string;
      readonly now: string;
    }
  /** The account's SAS expiration policy requires a start time. */
  | { readonly kind: "start-required" }
  /** The account's SAS expiration policy forbids this SAS, for example because of its lifetime. */
  | { readonly kind: "expiration-policy" }
  /** The stored access policy of the SAS does not exist. */
  | { readonly kind: "no-access-policy" }
  /** The SAS repeats a property of its stored access policy. */
  | { readonly kind: "access-policy-conflict" }
  /** The signature does not match the request and the account's keys. */
  | { readonly kind: "signature" }
  /** The request's own date is too far from the service's. */
  | { readonly kind: "request-date" }
  /** The SAS is for a blob or a directory, and the request for something else. */
  | { readonly kind: "scope" }
  /** A parameter of the SAS is missing or cannot be read. */
  | { readonly kind: "malformed" }
  /** The token of Microsoft Entra ID is expired. */
  | { readonly kind: "token-expired" }
  /** The token is of another tenant or for another service. */
  | { readonly kind: "token-of-another" }
  | { readonly kind: "unknown" };

/**
 * Parses an `AuthenticationErrorDetail`. The service has no codes for these, so its sentences must be parsed, which only this
 * file does. The forms are from responses that users have published: AzureStorageExplorer issues 3163, 3219, 3996, 6198 and
 * 8845, azure-storage-azcopy issues 374 and 1292, barman pull request 1093, "Troubleshoot 403 errors in Azure Blob Storage". Any
 * other form is "unknown", and is shown unchanged.
 */
export function parseAuthenticationDetail(text: string): AuthenticationDetail {
  const frame = /Start \[(.*?)\] - Expiry \[(.*?)\] - Current \[(.*?)\]/.exec(text);
  if (frame) return { kind: "time", start: frame[1], expiry: frame[2] ?? "", now: frame[3] ?? "" };
  // The service reports the current time as the start of a SAS without a start time.
  const ended = /Signed expiry time \[(.*?)\] (?:has to|must) be after signed start time \[(.*?)\]/.exec(
    text,
  );
  if (ended) return { kind: "time", start: undefined, expiry: ended[1] ?? "", now: ended[2] ?? "" };
  return { kind: kinds.find(([form]) => form.test(text))?.[1] ?? "unknown" };
}

type PlainKind = Exclude<AuthenticationDetail["kind"], "time">;

const kinds: readonly (readonly [form: RegExp, kind: PlainKind])[] = [
  [/\bno signed start\b/i, "start-required"],
  [/\bpolicy violated\b/i, "expiration-policy"],
  [/\bcan be associated with signature or SAS identifier but not both\b/i, "access-policy-conflict"],
  [/\bidentifier cannot be found\b/i, "no-access-policy"],
  [/\bsignature did not match\b|\bnot the same as any computed signature\b/i, "signature"],
  [/\bsigned directory depth invalid\b|\bsigned resource is not allowed\b/i, "scope"],
  [/\bdate header\b/i, "request-date"],
  [/\bis mandatory\b|\bnot well formed\b|\bsignature size is invalid\b/i, "malformed"],
  [/\blifetime validation failed\b|\btoken is expired\b/i, "token-expired"],
  [/\b(?:issuer|audience) (?:validation failed|did not match)\b/i, "token-of-another"],
];
