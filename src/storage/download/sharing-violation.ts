import { hasCode } from "../../core/index.js";

/**
 * Whether Windows did not rename a file because a program has the file or its new name open, or is renaming another file to that
 * name. A virus scanner and a concurrent download do so for a moment. The same codes can mean that access is denied.
 */
export function isSharingViolation(error: unknown): boolean {
  return process.platform === "win32" && hasCode(error, "EPERM", "EACCES", "EBUSY");
}
