import { inspect } from "node:util";
import { expect, test } from "vitest";

import { isHierarchical } from "../support/account-kind.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { allUses } from "./support/all-uses.js";
import { foreignContent, isRoot, type PlaceFault, placeFaults } from "./support/place-faults.js";
import { createBench, runInFaultyPlace, runUndisturbed } from "./support/request-matrix.js";
import { inspectDeeply, type Outcome, readCode, type Reference } from "./support/run-cell.js";
import type { State } from "./support/stored-state.js";

/** `npm run reliability` asks for all cells. */
const isWhole = process.env["RELIABILITY"] !== undefined;
const maxRequests = isWhole ? 12 : 1;

test.for(Object.keys(allUses).map((method, place) => [method, place] as const))(
  "%s ends right or with a true error, whatever happens to its files and blobs",
  async ([method, place], { skip }) => {
    const use = allUses[method] ?? { run: () => undefined };
    skip(use.needsTags === true && isHierarchical, "the account has no index tags");
    if (use.needsBatch === true || use.needsMetadata === true) return;
    const bench = await createBench({ ...use, isReadOnly: false });
    const reference = await runUndisturbed(bench);
    expect(reference.error).toBeUndefined();
    const touchesFiles = reference.filesBefore.size > 0 || reference.files.size > 0;
    const wrong: string[] = [];
    const faults = isWhole ? placeFaults : placeFaults.filter((_, index) => index % 3 === place % 3);
    for (const fault of faults) {
      if (fault.concerns === "files" ? !touchesFiles : reference.requests === 0) continue;
      if (fault.needsRoot === true && !isRoot) continue;
      const places = fault.before === undefined ? Math.min(reference.requests, maxRequests) : 1;
      for (let nth = 1; nth <= places; nth += 1) {
        const outcome = await runInFaultyPlace(bench, fault, nth);
        if (outcome.disturbed === 0) continue;
        const found = judge(fault, outcome, reference);
        const came = outcome.error === undefined ? "right" : readCode(outcome.error);
        if (isWhole)
          process.stdout.write(`${JSON.stringify({ method, fault: fault.name, nth, came, wrong: found })}\n`);
        wrong.push(...found.map((each) => `${fault.name}, request ${nth}: ${each}`));
      }
    }
    expect(wrong).toEqual([]);
  },
);

/** Every content is what this call stores, what was there, or what the other writer wrote: whole, of logs the beginning. */
function judge(fault: PlaceFault, outcome: Outcome, reference: Reference): string[] {
  const wrong: string[] = [];
  if (outcome.error !== undefined) {
    const code = readCode(outcome.error);
    if (!fault.codes.includes(code)) wrong.push(`error ${code}: ${inspect(outcome.error).slice(0, 300)}`);
    const text = inspectDeeply(outcome.error);
    if (text.includes(useSharedAzurite().accountKey)) wrong.push("the error contains a secret");
    const names = ["a.txt", "b.txt", "c.txt", "app.log", "large.bin", "cell-", "batch-outputs-test-"];
    if (!names.some((name) => text.includes(name)))
      wrong.push(`the error names no job, task or file: ${text.slice(0, 300)}`);
  } else if (JSON.stringify(outcome.result ?? null).includes("mixed")) wrong.push("contents are mixed");
  wrong.push(...findMixed("stored", outcome.stored, reference.stored, reference.storedBefore));
  wrong.push(...findMixed("file", outcome.files, reference.files, reference.filesBefore));
  return wrong;
}

function findMixed(what: string, actual: State, ...known: readonly State[]): string[] {
  return [...actual].flatMap(([name, content]) => {
    // The service has keys and times of its own.
    if (name === "filler" || name.startsWith("local/")) return [];
    const allowed = [
      ...known.map((state) => state.get(name)).filter((each) => each !== undefined),
      foreignContent(content.length),
      foreignContent(1),
    ];
    const isRight =
      name.includes("$TaskLog") || name === "app.log"
        ? isOf(content, allowed)
        : allowed.some((each) => each.equals(content));
    return isRight ? [] : [`${what} ${name}: ${content.length} bytes that nobody wrote`];
  });
}

/** Whether a log holds nothing but such contents, one after the other, the last one perhaps in part. */
function isOf(log: Buffer, contents: readonly Buffer[]): boolean {
  if (log.length === 0) return true;
  return contents
    .filter(({ length }) => length > 0)
    .some((each) => {
      const common = Math.min(each.length, log.length);
      return log.subarray(0, common).equals(each.subarray(0, common)) && isOf(log.subarray(common), contents);
    });
}
