import { inspect } from "node:util";
import { expect, test } from "vitest";

import { forEachConcurrently } from "../../src/core/index.js";
import { makeGate } from "../support/faults.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { requestFaults, type RequestFault } from "../reliability/support/request-faults.js";
import { describeDifference, findForeign, isSame } from "../reliability/support/stored-state.js";
import { type CommandScenario, commandScenarios, FailedCommand } from "./support/command-scenarios.js";
import { observeCommand, type ObservedCommand } from "./support/observe-command.js";

/** `npm run reliability` asks for all cells. */
const isWhole = process.env["RELIABILITY"] !== undefined;
const maxRequests = isWhole ? 8 : 1;

interface CommandOutcome extends ObservedCommand {
  readonly requests: number;
  readonly disturbed: number;
}

async function runWith(
  scenario: CommandScenario,
  fault: RequestFault | undefined,
  from: number,
): Promise<CommandOutcome> {
  const never = makeGate();
  let disturbed = 0;
  let requests = 0;
  const observed = await observeCommand(scenario, {
    env: {
      // A single fault is overcome however slow the machine is; a lasting one is waited for.
      AZURE_BATCH_OUTPUTS_GIVE_UP_AFTER: fault?.isLasting === true ? "3s" : "60s",
      AZURE_BATCH_OUTPUTS_MAX_TRIES: fault?.isLasting === true ? "1" : "4",
    },
    disturb(nth, info, service) {
      requests = nth;
      if (fault === undefined || nth < from || (nth > from && fault.isLasting !== true)) return undefined;
      const created = fault.create(info, never.opened, service);
      if (created !== undefined) disturbed += 1;
      return created;
    },
  });
  return { ...observed, requests, disturbed };
}

function judge(
  outcome: CommandOutcome,
  reference: CommandOutcome,
  fault: RequestFault,
  errorStatus: number | undefined,
): string[] {
  const { error, after } = outcome;
  const wrong: string[] = [];
  if (error === undefined) {
    if (!isSame(after.stored, reference.after.stored))
      wrong.push(`stored: ${describeDifference(after.stored, reference.after.stored)}`);
    if (!isSame(after.files, reference.after.files))
      wrong.push(`files: ${describeDifference(after.files, reference.after.files)}`);
    return wrong;
  }
  if (!(error instanceof FailedCommand)) return [`not as it should be: ${inspect(error).slice(0, 400)}`];
  if (fault.codes.length === 0) wrong.push(`status ${error.status}: ${error.message.slice(0, 400)}`);
  const refused = new Set(["CredentialExpired", "NotAuthorized", "PermissionMissing", "AccountUnavailable"]);
  const statuses = errorStatus === undefined ? [4, 5] : [errorStatus];
  if (fault.codes.every((code) => refused.has(code)) && !statuses.some((each) => each === error.status))
    wrong.push(`status ${error.status}, expected ${statuses.join(" or ")}: ${error.message.slice(0, 300)}`);
  if (error.message.trim() === "") wrong.push("it fails without a word");
  const { accountKey } = useSharedAzurite();
  if (error.message.includes(accountKey) || /sig=[A-Za-z0-9%]{8}/.test(error.message))
    wrong.push("it prints a secret");
  const foreign = findForeign(after.stored, reference.before.stored, reference.after.stored);
  if (foreign.length > 0) wrong.push(`stored: ${foreign.join(", ")}`);
  const left = findForeign(after.files, reference.before.files, reference.after.files);
  if (left.length > 0) wrong.push(`files: ${left.join(", ")}`);
  return wrong;
}

/** Each command has each fault in the whole run; in a short one, each has some, and each fault is had by some. */
function chooseFaults(place: number): readonly RequestFault[] {
  return isWhole ? requestFaults : requestFaults.filter((_, index) => index % 14 === place % 14);
}

test.each(Object.keys(commandScenarios).map((name, place) => [name, place] as const))(
  "%s ends right or says what is wrong, whatever happens to a request",
  async (name, place) => {
    const scenario = commandScenarios[name] ?? { run: () => Promise.reject(new Error("no scenario")) };
    const reference = await runWith(scenario, undefined, 0);
    expect(reference.error).toBeUndefined();
    const cells = chooseFaults(place).flatMap((fault) =>
      Array.from({ length: Math.min(reference.requests, maxRequests) }, (_, index) => ({
        fault,
        nth: index + 1,
      })),
    );
    const wrong: string[] = [];
    await forEachConcurrently(cells, 4, async ({ fault, nth }) => {
      const outcome = await runWith(scenario, fault, nth);
      if (outcome.disturbed === 0) return;
      const found = judge(outcome, reference, fault, scenario.errorStatus);
      const came =
        outcome.error === undefined
          ? "right"
          : `status ${String(Reflect.get(Object(outcome.error) as object, "status"))}`;
      if (isWhole)
        process.stdout.write(
          `${JSON.stringify({ method: name, fault: fault.name, nth, came, wrong: found })}\n`,
        );
      wrong.push(...found.map((each) => `${fault.name}, request ${nth}: ${each}`));
    });
    expect(wrong).toEqual([]);
  },
);
