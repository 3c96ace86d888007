import { expect, test } from "vitest";

import { forEachConcurrently } from "../../src/core/index.js";
import { isHierarchical } from "../support/account-kind.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { allUses } from "./support/all-uses.js";
import { listPublicMethods } from "./support/public-methods.js";
import { type RequestFault, requestFaults } from "./support/request-faults.js";
import { createBench, runDisturbed, runUndisturbed } from "./support/request-matrix.js";
import { judge, readCode } from "./support/run-cell.js";

/** `npm run reliability` asks for all cells. */
const isWhole = process.env["RELIABILITY"] !== undefined;
const maxRequests = isWhole ? 12 : 1;

/** Each method has each fault in the whole run; in a short one, each has some, and each fault is had by some. */
function chooseFaults(place: number): readonly RequestFault[] {
  return isWhole ? requestFaults : requestFaults.filter((_, index) => index % 12 === place % 12);
}

test("each public method has a use", () => {
  expect(Object.keys(allUses).toSorted()).toEqual(listPublicMethods());
});

test.for(Object.keys(allUses).map((method, place) => [method, place] as const))(
  "%s ends right or with a true error, whatever happens to a request",
  async ([method, place], { skip }) => {
    const use = allUses[method] ?? { run: () => undefined };
    skip(use.needsTags === true && isHierarchical, "the account has no index tags");
    const bench = await createBench(use);
    const reference = await runUndisturbed(bench);
    expect(reference.error).toBeUndefined();
    const secrets = [useSharedAzurite().accountKey];
    const faults = chooseFaults(place).filter(
      ({ isLasting }) => use.asksForEver !== true || isLasting !== true,
    );
    const cells = faults.flatMap((fault) =>
      Array.from({ length: Math.min(reference.requests, maxRequests) }, (_, index) => ({
        fault,
        nth: index + 1,
      })),
    );
    const wrong: string[] = [];
    await forEachConcurrently(cells, 6, async ({ fault, nth }) => {
      const outcome = await runDisturbed(bench, fault, nth);
      if (outcome.disturbed === 0) return;
      const found = judge(outcome, reference, {
        codes: fault.codes,
        // A list of jobs concerns no job, but an account.
        names: ["t1", "cell-", "rescue-", "the Batch account at http"],
        secrets,
      });
      const came = outcome.error === undefined ? "right" : readCode(outcome.error);
      if (isWhole)
        process.stdout.write(`${JSON.stringify({ method, fault: fault.name, nth, came, wrong: found })}\n`);
      wrong.push(...found.map((each) => `${fault.name}, request ${nth}: ${each}`));
    });
    expect(wrong).toEqual([]);
  },
);
