import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Collection {
  readonly name: string;
  data: Record<string, unknown>[];
  idIndex: unknown;
  binaryIndices: Record<string, unknown>;
  maxId: number;
}

/** One of many blobs that are alike. */
interface NamedBlob {
  readonly containerName: string;
  readonly name: string;
  /** In place of the first blob's. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Gives the one blob that a stopped Azurite keeps in a folder many names more: its database is a file, and writing it takes a
 * second where asking for a hundred thousand blobs takes minutes.
 */
export function multiplyBlob(azuriteFolder: string, names: readonly NamedBlob[]): void {
  const path = join(azuriteFolder, "__azurite_db_blob__.json");
  const database = JSON.parse(readFileSync(path, "utf8")) as { collections: Collection[] };
  const blobs = database.collections.find(({ name }) => name === "$BLOBS_COLLECTION$");
  const template = blobs?.data[0];
  if (!blobs || !template) throw new Error("Azurite keeps no blob to be multiplied");
  blobs.data = names.map((name, index) => ({ ...template, ...name, $loki: index + 1 }));
  blobs.maxId = names.length;
  // Made anew when they are missing.
  blobs.idIndex = null;
  blobs.binaryIndices = {};
  writeFileSync(path, JSON.stringify(database));
}
