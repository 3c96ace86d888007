/** Azure Batch in the clouds that there are. */
const batchAudience = /^https:\/\/batch\.core\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)\/?$/;

/**
 * Whether a header has a token of Microsoft Entra ID for Azure Batch that has not expired, by what the token says of itself:
 * its signature is not looked at.
 */
export function hasUnverifiedToken(authorization: string, now: number): boolean {
  const [, payload] = /^Bearer [\w-]+\.([\w-]+)\.[\w-]*$/.exec(authorization) ?? [];
  const claims = payload === undefined ? undefined : parseClaims(payload);
  return (
    typeof claims?.aud === "string" &&
    batchAudience.test(claims.aud) &&
    typeof claims.exp === "number" &&
    claims.exp * 1_000 > now
  );
}

function parseClaims(payload: string): { readonly aud?: unknown; readonly exp?: unknown } | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null ? claims : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
