import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
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

/** The files of the page. Every address that is not a file gets the page itself, which has its own routes. */
export class PageFiles {
  readonly #folder: string | undefined;
  readonly #mount: Mount;
  #names: ReadonlySet<string> = new Set();

  constructor(folder: string | undefined, mount: Mount) {
    this.#folder = folder ?? findBuiltPage();
    this.#mount = mount;
  }

  /** Whether an address below the mount path is a page, and not a file of it. */
  async isPage(path: string): Promise<boolean> {
    return !path.startsWith("assets/") && !(await this.#isFile(path));
  }

  /** Returns the page, or a file of it. Throws a `ViewerError` if the page has no such file. */
  async respond(path: string): Promise<Response> {
    if (await this.isPage(path)) return await this.#respondWithPage();
    if (!(await this.#isFile(path))) throw createNotFoundError("The page has no such file.");
    const cacheControl = path.startsWith("assets/") ? "private, max-age=31536000, immutable" : "no-cache";
    return new Response(new Uint8Array(await readFile(join(this.#folder ?? "", path))), {
      headers: {
        "content-type": types[extname(path)] ?? "application/octet-stream",
        "cache-control": cacheControl,
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
  async #isFile(path: string): Promise<boolean> {
    if (this.#names.has(path)) return true;
    if (this.#folder === undefined || extname(path) === "" || path === "index.html") return false;
    this.#names = await listFiles(this.#folder);
    return this.#names.has(path);
  }
}

async function listFiles(folder: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== "index.html");
  return new Set(
    files.map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, "/")),
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
