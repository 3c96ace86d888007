import { getFileIdentity, isBirthRecorded } from "../files/file-stat.js";
import type { Sibling } from "../files/siblings.js";
import { type FileAccess, SourceFile } from "../files/source-file.js";
import { ignoreDenied } from "../files/unless-denied.js";
import type { Generation } from "../generation/generation.js";
import { type Baseline, isNewSince } from "./baseline.js";

/** The facts for a search among the files beside a tracked one. */
export interface RotationSearch {
  readonly access: FileAccess;
  /** The tracked path. */
  readonly path: string;
  /** The files beside it now. */
  readonly siblings: readonly Sibling[];
  /** The files beside the path when its content was last seen. */
  readonly baseline: Baseline;
  /** The number of files that are gone, and may have been compressed. */
  readonly vanished: number;
  /** Schemes under which content of this log was found before. */
  readonly provenSchemes: ReadonlySet<string>;
  /** Whether another log tracks the path. */
  isTracked(path: string): boolean;
  /** Whether the file is known to belong to this log. */
  isKnown(identity: string): boolean;
  /** Whether a file contains exactly the known content of a generation. */
  isCopyOfKnown(file: SourceFile): Promise<boolean>;
  /** Whether a file may be the copy of a generation whose own file has other content now. */
  isPerhapsLostCopy(file: SourceFile): Promise<boolean>;
  /** Whether everything that is known of a generation is also the beginning of another one, such as the first line of a program. */
  isSharedBeginning(generation: Generation): boolean;
  /** Whether a file, which is known to belong to this log, has other content now: something was copied over it. */
  isOverwritten(file: SourceFile): Promise<boolean>;
}

/** A file beside the tracked one, and its name. */
export interface FoundFile {
  readonly file: SourceFile;
  readonly sibling: Sibling;
}

/** Opens a file beside the tracked one. `undefined` if it is not readable, or has been replaced since it was listed. */
export async function openSibling(search: RotationSearch, sibling: Sibling): Promise<SourceFile | undefined> {
  const file = await ignoreDenied(() => SourceFile.open(search.access, search.path, sibling.path));
  if (file === undefined || getFileIdentity(file.first) === sibling.identity) return file;
  await file.close();
  return undefined;
}

/** Whether a file may have been rotated from the tracked path since its content was last seen. */
export function isPerhapsRotated(search: RotationSearch, sibling: Sibling): boolean {
  const { identity, path, rotation, stat } = sibling;
  if (stat.sizeBytes === 0 || rotation.isCompressed || !isNewSince(search.baseline, sibling)) return false;
  const isRotated = rotation.isNameOfCopy || search.provenSchemes.has(rotation.scheme);
  return isRotated && !search.isTracked(path) && !search.isKnown(identity);
}

/**
 * Whether a rotated file is in a later listing. Its number may belong to another file there, which is certain if it is shorter: births are
 * recorded in steps of milliseconds. Where they are not recorded at all, a file that has changed counts as another one.
 */
export function isIn(listing: readonly Sibling[], { identity, stat }: Sibling): boolean {
  return listing.some((each) => {
    if (each.identity !== identity) return false;
    const { sizeBytes, modifiedNs } = each.stat;
    if (isBirthRecorded(identity)) return sizeBytes >= stat.sizeBytes;
    return sizeBytes === stat.sizeBytes && modifiedNs === stat.modifiedNs;
  });
}

/** A file with several names (hard links) counts once. */
export function removeDuplicates(siblings: readonly Sibling[]): Sibling[] {
  return [...new Map(siblings.map((sibling) => [sibling.identity, sibling])).values()];
}
