import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { acceptsGzip } from "../http/accept-encoding.js";
import type { Mount } from "../http/request-path.js";
import { formatPagePolicy } from "../http/policies.js";
import { createNotFoundError, ViewerError } from "../http/viewer-error.js";

/**
 * Possible folders of the built page, relative to this file: in the package, beside this file's own module, beside the bundled command line, in the
 * repository.
 */
const folders = ["../page/", "../../page/", "../viewer/page/", "../../../../dist/viewer/page/"];

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

/**
 * The files of the page. Every address that is not a file gets the page itself, which has its own routes. The build compresses
 * them: `assets/a.js.gz` is the file of the address `assets/a.js`.
 */
export class PageFiles {
  readonly #folder: string | undefined;
  readonly #mount: Mount;
  /** The names of the files in the folder, by their addresses. */
  #names: ReadonlyMap<string, string> = new Map();

  constructor(folder: string | undefined, mount: Mount) {
    this.#folder = folder ?? findBuiltPage();
    this.#mount = mount;
  }

  /** Whether an address below the mount path is a page, and not a file of it. */
  async isPage(path: string): Promise<boolean> {
    return !path.startsWith("assets/") && (await this.#findFile(path)) === undefined;
  }

  /** Returns the page, or a file of it, as the request accepts it. Throws a `ViewerError` if the page has no such file. */
  async respond(path: string, { headers }: Request): Promise<Response> {
    if (await this.isPage(path)) return await this.#respondWithPage();
    const name = await this.#findFile(path);
    if (name === undefined) throw createNotFoundError("The page has no such file.");
    const stored = await readFile(join(this.#folder ?? "", name));
    const isStoredCompressed = name !== path;
    const isSentCompressed = isStoredCompressed && acceptsGzip(headers.get("accept-encoding"));
    const content = isStoredCompressed && !isSentCompressed ? await promisify(gunzip)(stored) : stored;
    const cacheControl = path.startsWith("assets/") ? "private, max-age=31536000, immutable" : "no-cache";
    return new Response(new Uint8Array(content), {
      headers: {
        "content-type": types[extname(path)] ?? "application/octet-stream",
        "cache-control": cacheControl,
        ...(isStoredCompressed ? { vary: "accept-encoding" } : {}),
        ...(isSentCompressed ? { "content-encoding": "gzip" } : {}),
      },
    });
  }

  async #respondWithPage(): Promise<Response> {
    // Checked at each request: a build removes it for a moment.
    const path = join(this.#folder ?? "", "index.html");
    if (this.#folder === undefined || !existsSync(path)) throw createPageMissingError();
    const html = await readFile(path, "utf8");
    const nonce = randomBytes(16).toString("base64");
    const { basePath, pagePath } = this.#mount;
    const entrance = pagePath === basePath ? "" : `<meta name="entrance" content="${basePath}/" />`;
    const head = `<base href="${pagePath}/" />${entrance}<meta property="csp-nonce" nonce="${nonce}" />`;
    return new Response(html.replace(/<base\b[^>]*>/i, head), {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": formatPagePolicy(nonce),
        "cache-control": "no-cache",
      },
    });
  }

  /**
   * Compares the address with the listing of the folder, so that no address leads out of it. The folder is listed
   * again, because the page may have been rebuilt.
   */
  async #findFile(path: string): Promise<string | undefined> {
    const known = this.#names.get(path);
    if (known !== undefined) return known;
    if (this.#folder === undefined || extname(path) === "" || path === "index.html") return undefined;
    this.#names = await listFiles(this.#folder);
    return this.#names.get(path);
  }
}

async function listFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== "index.html");
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = relative(folder, join(parentPath, name)).replaceAll(sep, "/");
      return [file.replace(/\.gz$/, ""), file];
    }),
  );
}

function findBuiltPage(): string | undefined {
  return folders
    .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
    .find((folder) => existsSync(join(folder, "index.html")));
}

function createPageMissingError(): ViewerError {
  return new ViewerError(
    500,
    "PageMissing",
    "The viewer's page is missing from the package. Build it with `npm run build`, or install the package again.",
  );
}
