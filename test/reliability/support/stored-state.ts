import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ContainerClient } from "@azure/storage-blob";

import { storedFiles } from "../../support/stored-files.js";

/** Contents by name. Names that are other ones in each run have a placeholder. */
export type State = ReadonlyMap<string, Buffer>;

/** Ids of runs and of attempts. */
const random = /[0-9]{8}T[0-9]{9}Z-[0-9a-f]+|[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|[0-9a-f]{12,}/gi;

/** What the containers of a job hold; a container that does not exist holds nothing, and has no entry of its own. */
export async function readStore(containers: readonly ContainerClient[]): Promise<State> {
  const state = new Map<string, Buffer>();
  for (const [index, container] of containers.entries()) {
    if (!(await container.exists())) continue;
    state.set(`container ${index}`, Buffer.from(""));
    for (const { name } of await storedFiles(container)) {
      if (isTimes(name)) continue;
      const content = await container.getBlobClient(name).downloadToBuffer();
      let placed = name.replaceAll(random, "*");
      while (state.has(placed)) placed += "+";
      state.set(placed, isRecord(name) ? Buffer.from("a record") : content);
    }
  }
  return state;
}

/** Records contain times and ids: only that they are whole is compared. */
function isRecord(name: string): boolean {
  return name.startsWith(".batch-outputs/$TaskRun/");
}

/** Times of lines differ in each run. A command that cannot store them says so, and succeeds. */
function isTimes(name: string): boolean {
  return name.startsWith(".batch-outputs/$LineTimes/");
}

/** What a folder and all below it hold. */
export function readFolder(folder: string): State {
  const state = new Map<string, Buffer>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isFile()) state.set(name, readFileSync(path));
  }
  return state;
}

export function isSame(one: State, other: State): boolean {
  return (
    one.size === other.size && [...one].every(([name, content]) => other.get(name)?.equals(content) === true)
  );
}

/** Describes what one state has other than another. */
export function describeDifference(actual: State, expected: State): string {
  const names = [...new Set([...actual.keys(), ...expected.keys()])].sort();
  const show = (content: Buffer | undefined): string =>
    content === undefined
      ? "nothing"
      : `${content.length} bytes, ${createHash("md5").update(content).digest("hex").slice(0, 8)}`;
  return names
    .filter((name) => actual.get(name)?.equals(expected.get(name) ?? Buffer.from("\0")) !== true)
    .map((name) => `${name}: ${show(actual.get(name))}, expected ${show(expected.get(name))}`)
    .join("; ");
}

/**
 * What of a state is neither as before a call nor as after its success: foreign, or half. Of a log, the beginning is no half.
 */
export function findForeign(actual: State, before: State, after: State): string[] {
  return [...actual].flatMap(([name, content]) => {
    const allowed = [before.get(name), after.get(name)].filter((each) => each !== undefined);
    const isWhole = allowed.some((each) => each.equals(content));
    const isBeginning =
      name.includes("$TaskLog") && allowed.some((each) => each.subarray(0, content.length).equals(content));
    return isWhole || isBeginning ? [] : [`${name} (${content.length} bytes)`];
  });
}
