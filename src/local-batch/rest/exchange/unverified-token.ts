/** The audience of tokens for Azure Batch, in all Azure clouds. */
const batchAudience = /^https:\/\/batch\.core\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)\/?$/;

/**
 * Whether a header contains a Microsoft Entra ID token for Azure Batch that has not expired. Only the claims of the token
 * are read; its signature is not verified.
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
