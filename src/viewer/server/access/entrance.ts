import { randomBytes } from "node:crypto";

/**
 * The key under which the page stores its path, for this origin only: unlike a cookie, other ports of the machine
 * cannot read it.
 */
const formatStorageKey = (basePath: string): string => `batch-outputs ${basePath}/`;

/**
 * The page for a request without the cookie: it redirects to the path that the cookie is for, if this browser has
 * stored one, and otherwise explains how to sign in.
 */
export function createEntrance(basePath: string): Response {
  const nonce = randomBytes(16).toString("base64");
  const script = `
    const key = ${JSON.stringify(formatStorageKey(basePath))};
    const base = ${JSON.stringify(`${basePath}/`)};
    const path = localStorage.getItem(key);
    const isStale = path !== null && location.pathname.startsWith(path);
    if (isStale) localStorage.removeItem(key);
    else if (path !== null && path.startsWith(base) && !path.startsWith("//"))
      location.replace(path + location.pathname.slice(base.length) + location.search);
  `;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>Azure Batch outputs</title>
<style nonce="${nonce}">body { max-width: 40em; margin: 4em auto; padding: 0 1em; font: 16px/1.5 system-ui, sans-serif; }</style>
<script nonce="${nonce}">${script}</script>
</head>
<body>
<main>
<h1>You are not signed in</h1>
<p>This browser is not signed in to the viewer, or the viewer was started again.</p>
<p>Use the browser that opened it first, or run <code>batch-outputs view</code> and open the address that it prints. Each address works once.</p>
</main>
</body>
</html>
`;
  return new Response(html, {
    status: 401,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
  });
}
