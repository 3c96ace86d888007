/** The variables that name a proxy, in the order in which the Azure SDK reads them. */
const names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/**
 * Returns the name of the variable that sets a proxy. Its value may contain a password, and must not appear in
 * messages.
 */
export function findProxyVariable(): string | undefined {
  return names.find((name) => process.env[name]);
}
