/** A screen and its parameters. An address contains everything that is needed to show the same again, so it can be shared. */
export type Route =
  | { readonly screen: "jobs" }
  | { readonly screen: "job"; readonly container: string }
  | { readonly screen: "task"; readonly container: string; readonly taskId: string }
  | { readonly screen: "view"; readonly container: string; readonly blobName: string }
  | { readonly screen: "node"; readonly container: string; readonly taskId: string; readonly path: string }
  | { readonly screen: "unknown"; readonly address: string };

export type Query = Readonly<Record<string, string | undefined>>;

/** Formats the address of a route, relative to the mount path, without a slash at the front. */
export function formatRoute(route: Route, query: Query = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const search = given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
  return formatPath(route) + search;
}

function formatPath(route: Route): string {
  switch (route.screen) {
    case "jobs":
      return "jobs";
    case "job":
      return `jobs/${encodeSegment(route.container)}`;
    case "task":
      return `jobs/${encodeSegment(route.container)}/tasks/${encodeSegment(route.taskId)}`;
    case "view":
      return `jobs/${encodeSegment(route.container)}/view/${encodeName(route.blobName)}`;
    case "node":
      return `jobs/${encodeSegment(route.container)}/tasks/${encodeSegment(route.taskId)}/node/${encodeName(route.path)}`;
    case "unknown":
      return route.address;
  }
}

/** Parses an address; the inverse of {@link formatRoute}. `path` has no slash at the front and no query. */
export function parseRoute(path: string): Route {
  const parts = path.split("/");
  const [place, container, what, ...rest] = parts.map(decodeSegment);
  if (place === "" || (place === "jobs" && parts.length === 1)) return { screen: "jobs" };
  if (place !== "jobs" || !container) return { screen: "unknown", address: path };
  if (what === undefined || (what === "" && rest.length === 0)) return { screen: "job", container };
  if (what === "view" && rest.length > 0) return { screen: "view", container, blobName: rest.join("/") };
  const [taskId, node, ...nodePath] = rest;
  if (what === "tasks" && taskId) {
    if (node === undefined) return { screen: "task", container, taskId };
    if (node === "node" && nodePath.length > 0)
      return { screen: "node", container, taskId, path: nodePath.join("/") };
  }
  return { screen: "unknown", address: path };
}

/** Returns the route one level up: from a file to its task, from a task to its job, from a job to the list of jobs. */
export function getParentRoute(route: Route, taskOf: (blobName: string) => string | undefined): Route {
  switch (route.screen) {
    case "view": {
      const taskId = taskOf(route.blobName);
      return taskId === undefined
        ? { screen: "job", container: route.container }
        : { screen: "task", container: route.container, taskId };
    }
    case "node":
      return { screen: "task", container: route.container, taskId: route.taskId };
    case "task":
      return { screen: "job", container: route.container };
    default:
      return { screen: "jobs" };
  }
}

function encodeSegment(text: string): string {
  return encodeURIComponent(text);
}

/**
 * Browsers remove "." and ".." segments from addresses, also encoded ones: a name that contains one is encoded as a single
 * segment.
 */
function encodeName(name: string): string {
  const parts = name.split("/");
  return parts.some((part) => part === "." || part === "..")
    ? encodeSegment(name)
    : parts.map(encodeSegment).join("/");
}

function decodeSegment(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    // Not valid percent-encoding, such as an address that was cut: use the text unchanged.
    if (error instanceof URIError) return part;
    throw error;
  }
}
