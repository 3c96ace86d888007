/** The variables that name a proxy, in the order in which the Azure SDK reads them. */
const names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/**
 * Returns the name of the variable that sets a proxy. Its value may contain a password, and must not appear in
 * messages.
 */
export function findProxyVariable(): string | undefined {
  return names.find((name) => process.env[name]);
}

/**
 * Returns the names of `NO_PROXY` by whether the Azure SDK reads them: a host, or a domain with a dot before it. Other programs know
 * more forms, which the SDK compares with the host as they are.
 */
export function readNoProxy(): { readonly read: readonly string[]; readonly ignored: readonly string[] } {
  const names = (process.env["NO_PROXY"] || process.env["no_proxy"] || "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const isRead = (name: string): boolean =>
    /^\.?[\w-]+(\.[\w-]+)*$/.test(name) || /^\[[\da-f:.]+\]$/i.test(name);
  return { read: names.filter(isRead), ignored: names.filter((name) => !isRead(name)) };
}

/** Whether requests for a host go past the proxy. */
export function isExcludedFromProxy(hostname: string): boolean {
  return readNoProxy().read.some((name) =>
    name.startsWith(".") ? `.${hostname}`.endsWith(name) : name === hostname,
  );
}
