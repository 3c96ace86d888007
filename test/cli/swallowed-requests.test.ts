import { describe, expect, test } from "vitest";

import { commands } from "../../src/cli/program/commands.js";
import { forEachConcurrently } from "../../src/core/index.js";
import { makeGate } from "../support/faults.js";
import { type CommandScenario, commandScenarios, commandsWithoutStore } from "./support/command-scenarios.js";
import { runScenario } from "./support/run-scenario.js";

test("each command is in exactly one of the two lists", () => {
  const listed = [...Object.keys(commandScenarios), ...commandsWithoutStore];
  expect(listed.toSorted()).toEqual(commands.map(({ name }) => name).toSorted());
});

const faults = ["is lost on its way", "is carried out, and its answer is lost"] as const;

/** Runs a scenario while one request, by its place, is never answered. Gives how many requests there were. */
async function runSwallowing(
  scenario: CommandScenario,
  swallowed: number,
  fault: (typeof faults)[number],
): Promise<number> {
  const never = makeGate();
  const kind = fault === "is lost on its way" ? "delay" : "delay-answer";
  return await runScenario(scenario, {
    // On a busy machine other answers may be late, too: each further try waits twice as long, and there are enough of them.
    env: { AZURE_BATCH_OUTPUTS_MAX_TRIES: "20" },
    disturb: (nth) => (nth === swallowed ? { kind, until: never.opened } : undefined),
  });
}

/** Most of a run is the wait for the answer that never comes. */
const concurrency = 6;

describe.each(Object.keys(commandScenarios))("%s", (name) => {
  test.each(faults)("succeeds when any single request %s", async (fault) => {
    const scenario = commandScenarios[name] ?? { run: () => Promise.reject(new Error("no scenario")) };
    const requests = await runSwallowing(scenario, 0, fault);
    expect(requests).toBeGreaterThan(0);
    const places = Array.from({ length: requests }, (_, index) => index + 1);
    await forEachConcurrently(places, concurrency, async (nth) => {
      await runSwallowing(scenario, nth, fault);
    });
  });
});
