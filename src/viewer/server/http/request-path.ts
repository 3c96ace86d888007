import { createNotFoundError } from "./viewer-error.js";

/** The paths at which a viewer is mounted. */
export interface Mount {
  /** Without a trailing slash; "" at the root. */
  readonly basePath: string;
  /**
   * The path of the page for signed-in users: the base path and, if there is a session, a random segment. A browser
   * sends cookies to every port of a machine, but only to the path that they are for.
   */
  readonly pagePath: string;
}

/** The address below the mount path, percent-encoded as received, without a leading slash. */
export function getPathBelow({ basePath, pagePath }: Mount, request: Request): string {
  const { pathname } = new URL(request.url);
  const mount = [pagePath, basePath].find((path) => pathname.startsWith(`${path}/`));
  if (mount === undefined) throw createNotFoundError("The viewer is not mounted here.");
  return pathname.slice(mount.length + 1);
}

/** The variable part of an address: a container, and a blob or a file in it. */
export interface NamedIn {
  readonly container: string;
  readonly name: string;
}

/** Parses `<fixed part>/<container>/<name>`, percent-encoded segment by segment, of the path below the mount path. */
export function parseName(path: string, fixedPart: string): NamedIn {
  const [container = "", ...segments] = path
    .slice(fixedPart.length + 1)
    .split("/")
    .map(decodeSegment);
  if (segments.length === 0 || segments.every((segment) => segment === ""))
    throw createNotFoundError("The address names no output.");
  return { container, name: segments.join("/") };
}

/** Decodes one segment. An encoded slash is rejected, because a name would then have two addresses. */
function decodeSegment(segment: string): string {
  try {
    const text = decodeURIComponent(segment);
    if (!text.includes("/")) return text;
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
  throw createNotFoundError("The address is not percent-encoded like an address of the viewer.");
}
