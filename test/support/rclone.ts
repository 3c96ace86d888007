import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { buffer, text } from "node:stream/consumers";
import type { TestContext } from "vitest";

/** A blob as rclone lists it. */
export interface RcloneEntry {
  /** The whole blob name. */
  readonly path: string;
  readonly size: number;
  /** Hexadecimal, from the blob's Content-MD5; absent when it has none. */
  readonly md5?: string;
  readonly contentType?: string;
}

/** rclone on one container: another program, written by others, that reads and writes the same blobs as we do. */
export interface Rclone {
  list(prefix?: string): Promise<RcloneEntry[]>;
  /** Of a blob that is missing: no bytes and no error, as rclone does. */
  cat(blobName: string): Promise<Buffer>;
  /** Everything under `prefix` into a local folder. */
  download(prefix: string, folder: string): Promise<void>;
  /** Everything in a local folder under `prefix`, with the Content-MD5 that rclone gives. */
  upload(folder: string, prefix: string): Promise<void>;
}

/**
 * Skips the test where rclone is not installed, saying so. In CI, where it must be, a missing rclone is a failure: a
 * proof that is left out looks like one that passed.
 */
export function requireRclone(context: TestContext): void {
  const { status } = spawnSync("rclone", ["version"], { stdio: "ignore" });
  if (status === 0) return;
  const reason = "rclone is not installed (on Debian: apt-get install rclone)";
  if (process.env["CI"] === "true") throw new Error(`${reason}, and CI needs it`);
  context.skip(reason);
}

// Without this rclone takes one "é" for the other (one code point or two), and copies only one of two such files.
const copy = ["copy", "--no-unicode-normalization"];

/** Needs a container SAS URL with r, l, and w or c for `upload`: rclone 1.60 knows Azurite by nothing else. */
export function runRclone(containerSasUrl: string): Rclone {
  const container = new URL(containerSasUrl).pathname.split("/").at(-1) ?? "";
  const remote = (blobName: string): string => `:azureblob:${container}/${blobName}`;
  const run = async (...args: string[]): Promise<Buffer> => {
    // By environment: an argument could be read by anyone who lists processes.
    const env = { ...process.env, RCLONE_AZUREBLOB_SAS_URL: containerSasUrl, RCLONE_CONFIG: "" };
    const child = spawn("rclone", args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const [output, errors, [status]] = await Promise.all([
      buffer(child.stdout),
      text(child.stderr),
      once(child, "close") as Promise<[number | null]>,
    ]);
    if (status !== 0) {
      const shown = errors.replace(/sig=[^&\s"']+/g, "sig=REDACTED");
      throw new Error(`rclone ${args.join(" ")} ended with ${String(status)}:\n${shown}`);
    }
    return output;
  };
  return {
    list: async (prefix = "") => {
      const output = await run("lsjson", "--recursive", "--files-only", "--hash", remote(prefix));
      const entries = JSON.parse(output.toString()) as ListedByRclone[];
      return entries.map((entry) => ({
        path: prefix === "" ? entry.Path : `${prefix}/${entry.Path}`,
        size: entry.Size,
        ...(entry.Hashes?.md5 && { md5: entry.Hashes.md5 }),
        ...(entry.MimeType && { contentType: entry.MimeType }),
      }));
    },
    cat: (blobName) => run("cat", remote(blobName)),
    download: async (prefix, folder) => {
      await run(...copy, remote(prefix), folder);
    },
    upload: async (folder, prefix) => {
      await run(...copy, folder, remote(prefix));
    },
  };
}

interface ListedByRclone {
  readonly Path: string;
  readonly Size: number;
  readonly MimeType?: string;
  readonly Hashes?: { readonly md5?: string };
}
