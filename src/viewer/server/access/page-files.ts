import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mount } from "../http/address.js";
import { pagePolicy } from "../http/policies.js";
import { notFound, ViewerError } from "../http/viewer-error.js";

/** Where the built page may be, seen from this file: in the package, beside the bundled command line, in the repository. */
const folders = ["../../page/", "../viewer/page/", "../../../../dist/viewer/page/"];

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

/** The files of the page, and the page itself for every address that is none of them: it finds its way by itself. */
export class PageFiles {
  readonly #folder: string | undefined;
  readonly #mount: Mount;
  #names: ReadonlySet<string> = new Set();

  constructor(folder: string | undefined, mount: Mount) {
    this.#folder = folder ?? builtPage();
    this.#mount = mount;
  }

  /** Whether an address below the mount place is one of the page, and not of one of its files. */
  async isPage(path: string): Promise<boolean> {
    return !path.startsWith("assets/") && !(await this.#isFile(path));
  }

  /** The page, or a file of it. Throws a `ViewerError` where the page has no such file. */
  async response(path: string): Promise<Response> {
    if (await this.isPage(path)) return await this.#page();
    if (!(await this.#isFile(path))) throw notFound("The page has no such file.");
    const cacheControl = path.startsWith("assets/") ? "private, max-age=31536000, immutable" : "no-cache";
    return new Response(new Uint8Array(await readFile(join(this.#folder ?? "", path))), {
      headers: {
        "content-type": types[extname(path)] ?? "application/octet-stream",
        "cache-control": cacheControl,
      },
    });
  }

  async #page(): Promise<Response> {
    // Looked for at each request: a build takes it away for a moment.
    const path = join(this.#folder ?? "", "index.html");
    if (this.#folder === undefined || !existsSync(path)) throw pageMissing();
    const html = await readFile(path, "utf8");
    const nonce = randomBytes(16).toString("base64");
    const { basePath, pagePath } = this.#mount;
    const entrance = pagePath === basePath ? "" : `<meta name="entrance" content="${basePath}/" />`;
    const head = `<base href="${pagePath}/" />${entrance}<meta property="csp-nonce" nonce="${nonce}" />`;
    return new Response(html.replace(/<base\b[^>]*>/i, head), {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": pagePolicy(nonce),
        "cache-control": "no-cache",
      },
    });
  }

  /** By what the folder holds, so that no address leads out of it; looked at again, because a build may be new. */
  async #isFile(path: string): Promise<boolean> {
    if (this.#names.has(path)) return true;
    if (this.#folder === undefined || extname(path) === "" || path === "index.html") return false;
    this.#names = await filesIn(this.#folder);
    return this.#names.has(path);
  }
}

async function filesIn(folder: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== "index.html");
  return new Set(
    files.map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, "/")),
  );
}

function builtPage(): string | undefined {
  return folders
    .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
    .find((folder) => existsSync(join(folder, "index.html")));
}

function pageMissing(): ViewerError {
  return new ViewerError(
    500,
    "PageMissing",
    "The viewer's page is missing from the package. Build it with `npm run build`, or install the package again.",
  );
}
