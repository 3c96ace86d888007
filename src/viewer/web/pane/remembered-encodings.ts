import { getUnitBytes, type TextEncoding, textEncodings } from "../../protocol/index.js";
import { memory } from "../page/memory.js";

const name = "encodings";

/** The maximum number of choices that are kept. */
const maxChoices = 50;

/** A choice for the files of one name in a job: all tasks of a job run the same program. */
type Choice = readonly [container: string, fileName: string, encoding: TextEncoding];

/** Returns the encoding that this reader has chosen for files of this name, unless it contradicts the detected code units. */
export function readEncoding(
  container: string,
  path: string,
  detected: TextEncoding,
): TextEncoding | undefined {
  const found = readChoices().find((choice) => isFor(choice, container, path))?.[2];
  return found !== undefined && getUnitBytes(found) === getUnitBytes(detected) ? found : undefined;
}

/** Remembers a choice; `undefined` forgets it. */
export function rememberEncoding(container: string, path: string, chosen: TextEncoding | undefined): void {
  const others = readChoices().filter((choice) => !isFor(choice, container, path));
  const added: readonly Choice[] = chosen === undefined ? [] : [[container, getFileName(path), chosen]];
  memory.write(name, JSON.stringify([...added, ...others].slice(0, maxChoices)));
}

function isFor([container, fileName]: Choice, ofContainer: string, path: string): boolean {
  return container === ofContainer && fileName === getFileName(path);
}

function getFileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function readChoices(): readonly Choice[] {
  try {
    const stored: unknown = JSON.parse(memory.read(name) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isChoice) : [];
  } catch (error) {
    // Another program wrote it.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function isChoice(value: unknown): value is Choice {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [container, fileName, encoding] = value as unknown[];
  const isKnown = textEncodings.some((known) => known === encoding);
  return typeof container === "string" && typeof fileName === "string" && isKnown;
}
