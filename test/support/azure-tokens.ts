import type { AccessToken, TokenCredential } from "@azure/core-auth";
import type { StoragePipelineOptions } from "@azure/storage-blob";

import type { Azurite } from "./azurite.js";

export interface UnsignedTokenOptions {
  /** `https://storage.azure.com` by default; Azurite also takes `https://<account>.blob.core.windows.net`. */
  audience?: string;
  tenantId?: string;
  notBefore?: Date;
  expiresOn?: Date;
}

const anHourMs = 3_600_000;

/**
 * A JWT that Azurite started with `oauth: true` accepts: it reads `aud`, `iss`, `iat`, `nbf` and `exp` and checks no
 * signature. `tid` and `oid` are what it answers as the owner of a user delegation key.
 */
export function createUnsignedToken(options: UnsignedTokenOptions = {}): string {
  const {
    audience = "https://storage.azure.com",
    tenantId = "11111111-2222-3333-4444-555555555555",
    notBefore = new Date(Date.now() - anHourMs),
    expiresOn = new Date(Date.now() + anHourMs),
  } = options;
  const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    aud: audience,
    iss: `https://sts.windows.net/${tenantId}/`,
    iat: seconds(notBefore),
    nbf: seconds(notBefore),
    exp: seconds(expiresOn),
    tid: tenantId,
    oid: "66666666-7777-8888-9999-000000000000",
    sub: "a test",
    ver: "1.0",
  };
  // A third part that is not empty, because a decoder asks for three.
  return `${part({ typ: "JWT", alg: "RS256" })}.${part(claims)}.${Buffer.from("unsigned").toString("base64url")}`;
}

/** Credentials as `@azure/identity` would give, with `unsignedToken`s. Counts how often a token was asked for. */
export function createFakeCredential(
  options: UnsignedTokenOptions = {},
): TokenCredential & { readonly askedFor: string[][] } {
  const askedFor: string[][] = [];
  return {
    askedFor,
    getToken(scopes): Promise<AccessToken> {
      askedFor.push(typeof scopes === "string" ? [scopes] : scopes);
      const expiresOn = options.expiresOn ?? new Date(Date.now() + anHourMs);
      return Promise.resolve({
        token: createUnsignedToken({ ...options, expiresOn }),
        expiresOnTimestamp: expiresOn.getTime(),
      });
    },
  };
}

/**
 * Client options that make a client in this process trust the certificate of `azurite`: hand them to any Azure SDK client.
 *
 * `@azure/storage-blob` passes `tlsOptions` on to its pipeline although `StoragePipelineOptions` does not name it, so
 * give it this call or a variable, not a literal. One object for one Azurite: the SDK keeps connections by it.
 * `https.globalAgent.options.ca` changes nothing for the SDK, which has agents of its own. Programs in a process of
 * their own need no option: start them with `trustingEnvironment(azurite)`.
 */
export function createClientOptions(
  azurite: Azurite,
): StoragePipelineOptions & { tlsOptions: { ca: string } } {
  return { tlsOptions: { ca: azurite.certificatePem ?? missingCertificate() } };
}

/** The variable that makes a child Node.js process trust `azurite`; it is read once, when the process starts. */
export function createTrustingEnvironment(azurite: Azurite): { NODE_EXTRA_CA_CERTS: string } {
  return { NODE_EXTRA_CA_CERTS: azurite.certificatePath ?? missingCertificate() };
}

function missingCertificate(): never {
  throw new TypeError("azurite has no certificate: start it with { oauth: true }");
}
