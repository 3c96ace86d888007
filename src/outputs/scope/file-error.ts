import { basename, resolve } from "node:path";
import { redactText, rewordError } from "../../core/index.js";

/** An error of the file system, as Node.js throws it. */
interface FileError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path: string;
}

/** The errors whose messages were completed already: one error can pass several calls. */
const explained = new WeakSet<FileError>();

/**
 * Whether Node.js threw this for a local file or folder. It does not use `instanceof`, because Jest evaluates modules in a separate
 * realm. A connection or a process that could not be started has a path only if it is that of a socket or program.
 */
export function isFileError(error: unknown): error is FileError {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    typeof error.code === "string" &&
    "path" in error &&
    typeof error.path === "string" &&
    "syscall" in error &&
    typeof error.syscall === "string" &&
    !/^(?:connect|spawn)/.test(error.syscall)
  );
}

/**
 * Adds to an error of the file system what failed, for which job and task, and what to do. It is the same error, with the same `code`,
 * `path` and `syscall`.
 */
export function explainFileError(error: FileError, call: { readonly action: string }): FileError {
  if (explained.has(error)) return error;
  explained.add(error);
  const action = call.action.charAt(0).toUpperCase() + call.action.slice(1);
  const reason = `${action} failed: ${redactText(error.message)}.`;
  return rewordError(error, [reason, ...advise(error)].join(" "));
}

function advise({ code, path }: FileError): string[] {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return [describeMissing(path)];
    case "EACCES":
    case "EPERM":
      return ["Check the permissions of the file and of its folders."];
    case "ENOSPC":
    case "EDQUOT":
      return ["Free space on this disk, or use another folder."];
    case "EROFS":
      return ["This file system is read-only: use another folder."];
    case "EMFILE":
    case "ENFILE":
      return ["Raise the limit of open files (ulimit -n)."];
    default:
      return [];
  }
}

function describeMissing(path: string): string {
  const cwd = process.cwd();
  return (
    describeTaskLog(path, cwd) ?? `Check the path; relative paths start from the current directory, ${cwd}.`
  );
}

/** Where Batch writes the file, if it was looked for in the folder under the name of a log that Batch writes for each task. */
export function describeTaskLog(path: string, folder: string): string | undefined {
  const name = basename(path);
  const isLog = name === "stdout.txt" || name === "stderr.txt";
  return isLog && resolve(folder, path) === resolve(folder, name)
    ? `Batch writes the ${name} of a task into the folder above its working directory: "../${name}".`
    : undefined;
}
