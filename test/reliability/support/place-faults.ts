import { spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ContainerClient } from "@azure/storage-blob";

/** The place of a call, as a fault sees it. */
export interface FaultyPlace {
  readonly folder: string;
  /** The files that are there before the call. */
  readonly files: readonly string[];
  /** The job's containers. */
  readonly containers: readonly ContainerClient[];
}

/** A class of faults of the machine, or of another writer. */
export interface PlaceFault {
  readonly name: string;
  /** Done before the call, when all that it needs is there. Returns what ends it. */
  readonly before?: (place: FaultyPlace) => EndOfFault | undefined;
  /** Done when the n-th request of the call arrives, before it is passed on. */
  readonly atRequest?: (place: FaultyPlace) => Promise<void> | void;
  /** Whether it concerns only calls that touch files, or only those that read the store. */
  readonly concerns: "files" | "store";
  readonly codes: readonly string[];
  /** Whether it has to be the superuser who runs the test. */
  readonly needsRoot?: boolean;
}

/** What ends a fault: before what is left is looked at, or after. */
export interface EndOfFault {
  readonly restore?: () => void;
  readonly remove?: () => void;
}

export const isRoot = process.getuid?.() === 0;
const otherUser = 65_534;

function mount(folder: string, options: string): void {
  const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`mount: ${stderr}`);
}

/** Moves what the folder holds to a file system of its own. */
function moveToFileSystem(folder: string, size: string): EndOfFault {
  const kept = readdirSync(folder).map(
    (name) => [name, spawnSync("cat", [join(folder, name)]).stdout] as const,
  );
  mount(folder, `size=${size},mode=0777`);
  for (const [name, content] of kept) writeFileSync(join(folder, name), content);
  return { remove: () => void spawnSync("umount", ["-l", folder]) };
}

function fill(folder: string): void {
  const rest = Buffer.alloc(4096, "x");
  try {
    for (;;) appendFileSync(join(folder, "filler"), rest);
  } catch (error) {
    if (Reflect.get(Object(error) as object, "code") !== "ENOSPC") throw error;
  }
}

/** All files of a folder, and below it. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}

/** What another writer puts in place of a content: as long, so that its length shows nothing. */
export function foreignContent(length: number): Buffer {
  return Buffer.alloc(length, "f");
}

const gone = ["SourceChanged", "SourceMissing", "NothingMatched", "ENOENT"] as const;
const overwritten = [
  "OutputChanged",
  "AnotherWriter",
  "OutputNotFound",
  "DigestMismatch",
  "OutputExists",
] as const;

export const placeFaults: readonly PlaceFault[] = [
  {
    name: "disk full",
    needsRoot: true,
    concerns: "files",
    codes: ["ENOSPC", "StateUnreadable"],
    before({ folder }) {
      const end = moveToFileSystem(folder, "256k");
      fill(folder);
      return end;
    },
  },
  {
    name: "read-only file system",
    needsRoot: true,
    concerns: "files",
    codes: ["EROFS"],
    before({ folder }) {
      const end = moveToFileSystem(folder, "16m");
      spawnSync("mount", ["-o", "remount,ro", folder]);
      return end;
    },
  },
  {
    name: "permission denied",
    concerns: "files",
    codes: ["EACCES", "EPERM", "SourceMissing"],
    before({ folder }) {
      chmodSync(folder, 0o700);
      if (isRoot) process.seteuid?.(otherUser);
      else chmodSync(folder, 0);
      return {
        restore() {
          if (isRoot) process.seteuid?.(0);
          chmodSync(folder, 0o700);
        },
      };
    },
  },
  {
    name: "file removed before",
    concerns: "files",
    codes: gone,
    before({ files }) {
      for (const path of files) rmSync(path);
      return undefined;
    },
  },
  {
    name: "file removed meanwhile",
    concerns: "files",
    codes: gone,
    atRequest({ files }) {
      for (const path of files) rmSync(path, { force: true });
    },
  },
  {
    name: "file overwritten meanwhile",
    concerns: "files",
    codes: ["SourceChanged"],
    atRequest({ files }) {
      for (const path of files) writeFileSync(path, foreignContent(statSync(path).size));
    },
  },
  {
    name: "folder in the place of a file",
    concerns: "files",
    codes: [...gone, "EISDIR", "UnsafePath", "ERR_INVALID_ARG_VALUE"],
    before({ files }) {
      for (const path of files) {
        rmSync(path);
        mkdirSync(path);
      }
      return undefined;
    },
  },
  {
    name: "blob overwritten meanwhile",
    concerns: "store",
    codes: overwritten,
    async atRequest({ containers }) {
      for (const container of containers) {
        if (!(await container.exists())) continue;
        for await (const { name, properties, metadata } of container.listBlobsFlat({
          includeMetadata: true,
        })) {
          if (metadata?.["hdi_isfolder"] === "true") continue;
          const content = foreignContent(properties.contentLength ?? 0);
          if (properties.blobType === "BlockBlob" && !name.startsWith(".batch-outputs/"))
            await container.getBlockBlobClient(name).uploadData(content);
        }
      }
    },
  },
  {
    name: "blob deleted meanwhile",
    concerns: "store",
    codes: [...overwritten, "OutputNotFound"],
    async atRequest({ containers }) {
      for (const container of containers) {
        if (!(await container.exists())) continue;
        const names: string[] = [];
        for await (const { name } of container.listBlobsFlat()) names.push(name);
        // An account with a hierarchical namespace deletes a folder only when it is empty.
        for (const name of names.toReversed()) await container.deleteBlob(name);
      }
    },
  },
  {
    name: "container deleted meanwhile",
    concerns: "store",
    codes: [...overwritten, "ContainerNotPrepared", "OutputNotFound"],
    async atRequest({ containers }) {
      for (const container of containers) await container.deleteIfExists();
    },
  },
];
