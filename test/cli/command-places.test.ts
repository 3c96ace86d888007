import { inspect } from "node:util";
import { expect, test } from "vitest";

import type { Fault } from "../support/faults.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { describeDifference, findForeign, isSame } from "../reliability/support/stored-state.js";
import { type CommandPlace, createPlaces } from "./support/command-places.js";
import { type CommandScenario, commandScenarios, FailedCommand } from "./support/command-scenarios.js";
import { observeCommand, type ObservedCommand, readHoldings } from "./support/observe-command.js";

/** `npm run reliability` asks for all cells. */
const isWhole = process.env["RELIABILITY"] !== undefined;
const maxKilled = isWhole ? 8 : 1;

const limits = { AZURE_BATCH_OUTPUTS_GIVE_UP_AFTER: "3s", AZURE_BATCH_OUTPUTS_MAX_TRIES: "2" };
const noFault = (): undefined => undefined;

const scenarios = Object.entries(commandScenarios).map(
  ([name, scenario], place) => [name, scenario, place] as const,
);

function report(method: string, fault: string, came: string, wrong: readonly string[]): string[] {
  if (isWhole) process.stdout.write(`${JSON.stringify({ method, fault, came, wrong })}\n`);
  return wrong.map((each) => `${fault}: ${each}`);
}

/** What is there is as before the command, or as after its success; of a log, the beginning. */
function findHalf(outcome: ObservedCommand, reference: ObservedCommand): string[] {
  const { before, after } = reference;
  return [
    ...findForeign(outcome.after.stored, before.stored, after.stored).map((each) => `stored: ${each}`),
    ...findForeign(outcome.after.files, before.files, after.files).map((each) => `file: ${each}`),
  ];
}

function judge(outcome: ObservedCommand, reference: ObservedCommand, { named }: CommandPlace): string[] {
  const { error, after } = outcome;
  if (error === undefined)
    return isSame(after.stored, reference.after.stored) && isSame(after.files, reference.after.files)
      ? []
      : [
          describeDifference(after.stored, reference.after.stored),
          describeDifference(after.files, reference.after.files),
        ];
  if (!(error instanceof FailedCommand)) return [`not as it should be: ${inspect(error).slice(0, 400)}`];
  const wrong = findHalf(outcome, reference);
  if (named === undefined) wrong.push(`status ${error.status}: ${error.message.slice(0, 400)}`);
  else if (!named.test(error.message)) wrong.push(`it does not say ${named}: ${error.message.slice(0, 400)}`);
  const secrets = [useSharedAzurite().accountKey, "proxy-password"];
  if (secrets.some((secret) => error.message.includes(secret))) wrong.push("it prints a secret");
  return wrong;
}

test.each(scenarios)(
  "%s ends right or says what is wrong, whatever clock and network its machine has",
  async (name, scenario, nth) => {
    const reference = await observeCommand(scenario, { env: limits, disturb: noFault });
    expect(reference.error).toBeUndefined();
    const places = await createPlaces();
    const wrong: string[] = [];
    for (const [index, place] of places.entries()) {
      if (!isWhole && index !== nth % places.length) continue;
      const outcome = await observeCommand(scenario, {
        env: { ...limits, ...place.env },
        ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint }),
        disturb: (_, info, service) => (service === "store" ? place.disturb?.(info) : undefined),
      });
      const came = outcome.error === undefined ? "right" : "failed";
      wrong.push(...report(name, place.name, came, judge(outcome, reference, place)));
    }
    expect(wrong).toEqual([]);
  },
);

/** Runs a scenario whose process is killed when its n-th request arrives, and again, undisturbed. */
async function runKilled(
  scenario: CommandScenario,
  nth: number,
  fault: Fault | undefined,
): Promise<ObservedCommand & { readonly wasKilled: boolean; readonly again: ObservedCommand["after"] }> {
  let wasKilled = false;
  let kill = (): void => undefined;
  let again: ObservedCommand["after"] = { stored: new Map(), files: new Map() };
  const observed = await observeCommand(scenario, {
    env: limits,
    onStart(child) {
      kill = () => void child.kill("SIGKILL");
    },
    disturb(count) {
      if (count !== nth) return undefined;
      wasKilled = true;
      kill();
      return fault;
    },
    async afterwards(fixture) {
      if (wasKilled && scenario.isOnce !== true) await scenario.run(fixture);
      again = await readHoldings(fixture);
    },
  });
  return { ...observed, wasKilled, again };
}

test.each(scenarios)(
  "%s that is killed leaves nothing half, and succeeds the next time",
  async (name, scenario, nth) => {
    const reference = await observeCommand(scenario, { env: limits, disturb: noFault });
    const wrong: string[] = [];
    const faults = [
      ["killed before a request is carried out", { kind: "cut-before" }],
      ["killed after a request is carried out", undefined],
    ] as const;
    for (const [index, [fault, disturbance]] of faults.entries()) {
      if (!isWhole && index !== nth % faults.length) continue;
      for (let request = 1; request <= maxKilled; request += 1) {
        const outcome = await runKilled(scenario, request, disturbance);
        if (!outcome.wasKilled) break;
        const found = findHalf(outcome, reference);
        // The log of each attempt is kept.
        if (
          scenario.isOnce !== true &&
          name !== "run" &&
          !isSame(outcome.again.stored, reference.after.stored)
        )
          found.push(`again: ${describeDifference(outcome.again.stored, reference.after.stored)}`);
        if (outcome.error === undefined) found.push("it succeeded");
        wrong.push(...report(name, `${fault}, request ${request}`, "killed", found));
      }
    }
    expect(wrong).toEqual([]);
  },
);
