import { notFound } from "./viewer-error.js";

/** Where a viewer is mounted. */
export interface Mount {
  /** Without a slash at the end; "" at the root. */
  readonly basePath: string;
  /**
   * Where the page of whoever is signed in has its addresses: the base path, and below it a random segment where there is
   * a session. A browser sends cookies to every port of a machine, but only to the path that they are for.
   */
  readonly pagePath: string;
}

/** The address below the mount, as it came: percent-encoded, without a slash at the front. */
export function pathBelow({ basePath, pagePath }: Mount, request: Request): string {
  const { pathname } = new URL(request.url);
  const mount = [pagePath, basePath].find((path) => pathname.startsWith(`${path}/`));
  if (mount === undefined) throw notFound("The viewer is not mounted here.");
  return pathname.slice(mount.length + 1);
}

/** What an address names after its fixed part: a container, and a blob or a file in it. */
export interface NamedIn {
  readonly container: string;
  readonly name: string;
}

/** Reads `<fixed part>/<container>/<name>`, percent-encoded segment by segment, of the path below the mount place. */
export function namedIn(path: string, fixedPart: string): NamedIn {
  const [container = "", ...segments] = path
    .slice(fixedPart.length + 1)
    .split("/")
    .map(decoded);
  if (segments.length === 0 || segments.every((segment) => segment === ""))
    throw notFound("The address names no output.");
  return { container, name: segments.join("/") };
}

/** One segment. A slash within one could make two addresses of one name. */
function decoded(segment: string): string {
  try {
    const text = decodeURIComponent(segment);
    if (!text.includes("/")) return text;
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
  throw notFound("The address is not percent-encoded as an address of the viewer is.");
}
