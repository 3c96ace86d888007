import { parse, YAMLParseError } from "yaml";
import { quote } from "../../core/index.js";
import { parseDurationInMs } from "../command-line/parse-duration.js";
import { readOptionFile } from "../command-line/read-option-file.js";
import { UsageError } from "../errors/usage-error.js";

/**
 * When something is saved: after a result of the task's work, after every result (`always`), or when the node will be
 * preempted (`preempt`).
 */
export type SaveCondition = "success" | "failure" | "preempt" | "always";

/** Files to save as outputs of a kind. */
export interface OutputsFileEntry {
  readonly kind: string;
  readonly files: readonly string[];
  readonly exclude: readonly string[];
  readonly when: SaveCondition;
  /** Whether they are outputs of the job, not of the task. */
  readonly jobOutput: boolean;
  /** A folder for all outputs: the beginning of every output path. */
  readonly destination?: string;
  readonly contentType?: string;
  readonly metadata?: Record<string, string>;
  readonly tags?: Record<string, string>;
  readonly tier?: "Hot" | "Cool" | "Cold" | "Archive";
  readonly overwrite?: "always" | "never" | "if-changed";
  readonly ifNoFilesFound?: "error" | "warn" | "ignore";
  readonly includeHidden?: boolean;
  readonly followSymlinks?: boolean;
}

/** A file that is stored while it grows. */
export interface TrackedFileEntry {
  readonly file: string;
  readonly kind: string;
  readonly destination?: string;
  readonly flushIntervalInMs?: number;
}

/** The outputs of a task as declared in a file: the same for `run`, `save`, `track` and `output-files`. */
export interface OutputsFile {
  readonly outputs: readonly OutputsFileEntry[];
  readonly tracked: readonly TrackedFileEntry[];
}

/** Enough for lists of files that a program has written. */
const maxFileBytes = 16 * 1024 * 1024;

/**
 * Reads an outputs file: YAML or JSON according to `docs/reference/outputs-file.schema.json`.
 *
 * @throws UsageError with the position of the error and the correct form.
 */
export async function readOutputsFile(path: string): Promise<OutputsFile> {
  const text = await readOptionFile("--outputs-file", path, { maxBytes: maxFileBytes });
  try {
    return requireOutputsFile(parseYaml(text));
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    throw new UsageError(`${path} is not an outputs file: ${error.message.trim()}`);
  }
}

class Misfit extends Error {}

function parseYaml(text: string): unknown {
  try {
    // Warnings would be printed by Node.js, and say nothing that the rules below do not.
    return parse(text, { logLevel: "error" });
  } catch (error) {
    // Of aliases that are not defined, or would fill the memory; and of a text that is nested too deeply.
    const isOfText =
      error instanceof YAMLParseError || error instanceof ReferenceError || error instanceof RangeError;
    throw isOfText ? new Misfit(error.message) : error;
  }
}

type Members = Readonly<Record<string, unknown>>;

/** The same rules as in the schema; a test compares the two. */
function requireOutputsFile(value: unknown): OutputsFile {
  const file = readObject(value, "the file", ["$schema", "outputs", "tracked"]);
  if (file["outputs"] === undefined && file["tracked"] === undefined) {
    throw new Misfit('the file must have "outputs" or "tracked"');
  }
  readOptional(file, "$schema", "", readText);
  return {
    outputs: listAt(file["outputs"] ?? [], "outputs").map((entry, index) =>
      readOutput(entry, `outputs[${index}]`),
    ),
    tracked: listAt(file["tracked"] ?? [], "tracked").map((entry, index) =>
      readTracked(entry, `tracked[${index}]`),
    ),
  };
}

function readOutput(value: unknown, where: string): OutputsFileEntry {
  const entry = readObject(value, where, [
    ...["kind", "files", "exclude", "when", "jobOutput", "destination", "contentType", "metadata"],
    ...["tags", "tier", "overwrite", "ifNoFilesFound", "includeHidden", "followSymlinks"],
  ]);
  const files = readPatterns(entry["files"], `${where}.files`);
  if (files.length === 0) throw new Misfit(`${where}.files must name a file`);
  return {
    kind: readText(entry["kind"], `${where}.kind`),
    files,
    exclude: readPatterns(entry["exclude"] ?? [], `${where}.exclude`),
    when: readOneOf("success", "failure", "preempt", "always")(entry["when"] ?? "always", `${where}.when`),
    jobOutput: readFlag(entry["jobOutput"] ?? false, `${where}.jobOutput`),
    ...readOptional(entry, "destination", where, readText),
    ...readOptional(entry, "contentType", where, readText),
    ...readOptional(entry, "metadata", where, readTexts),
    ...readOptional(entry, "tags", where, readTexts),
    ...readOptional(entry, "tier", where, readOneOf("Hot", "Cool", "Cold", "Archive")),
    ...readOptional(entry, "overwrite", where, readOneOf("always", "never", "if-changed")),
    ...readOptional(entry, "ifNoFilesFound", where, readOneOf("error", "warn", "ignore")),
    ...readOptional(entry, "includeHidden", where, readFlag),
    ...readOptional(entry, "followSymlinks", where, readFlag),
  };
}

function readTracked(value: unknown, where: string): TrackedFileEntry {
  const entry = readObject(value, where, ["file", "kind", "destination", "flushInterval"]);
  const { flushInterval } = readOptional(entry, "flushInterval", where, readDuration);
  return {
    file: readText(entry["file"], `${where}.file`),
    kind: readText(entry["kind"] ?? "TaskLog", `${where}.kind`),
    ...readOptional(entry, "destination", where, readText),
    ...(flushInterval === undefined ? {} : { flushIntervalInMs: flushInterval }),
  };
}

function readOptional<Name extends string, T>(
  entry: Members,
  name: Name,
  where: string,
  read: (value: unknown, where: string) => T,
): { [N in Name]?: T } {
  const value = entry[name];
  if (value === undefined) return {};
  return { [name]: read(value, where === "" ? name : `${where}.${name}`) } as { [N in Name]?: T };
}

function readObject(value: unknown, where: string, names: readonly string[]): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Misfit(`${where} must be an object with ${names.join(", ")}`);
  }
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown === undefined) return value as Members;
  throw new Misfit(
    `${where} has ${JSON.stringify(unknown)}, which is not known there; use ${names.join(", ")}`,
  );
}

function listAt(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new Misfit(`${where} must be a list`);
}

function readText(value: unknown, where: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new Misfit(`${where} must be a text${value === undefined ? ", and is missing" : ""}`);
}

function readFlag(value: unknown, where: string): boolean {
  if (typeof value === "boolean") return value;
  throw new Misfit(`${where} must be true or false`);
}

function readPatterns(value: unknown, where: string): readonly string[] {
  if (typeof value === "string") return [readText(value, where)];
  if (value === undefined)
    throw new Misfit(`${where} must be a path or glob, or a list of them, and is missing`);
  return listAt(value, where).map((pattern, index) => readText(pattern, `${where}[${index}]`));
}

function readTexts(value: unknown, where: string): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Misfit(`${where} must be names with texts`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => [name, readAnyText(text, `${where}.${name}`)]),
  );
}

function readAnyText(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw new Misfit(`${where} must be a text (in YAML, put numbers and true or false in quotes)`);
}

function readDuration(value: unknown, where: string): number {
  const milliseconds = typeof value === "string" ? parseDurationInMs(value) : undefined;
  if (milliseconds !== undefined) return milliseconds;
  throw new Misfit(`${where} must be a duration such as 30s or 1m30s`);
}

function readOneOf<T extends string>(...choices: readonly T[]): (value: unknown, where: string) => T {
  return (value, where) => {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw new Misfit(`${where} must be one of ${choices.join(", ")}, but is ${formatScalar(value)}`);
  };
}

/** A list or an object is not shown: it can be large, and contain itself. */
function formatScalar(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return typeof value === "string" ? quote(value) : JSON.stringify(value);
}
