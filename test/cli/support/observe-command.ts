import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { readFolder, readStore, type State } from "../../reliability/support/stored-state.js";
import type { CommandFixture, CommandScenario } from "./command-scenarios.js";
import { runScenario, type ScenarioOptions } from "./run-scenario.js";

/** What the job's containers and the folder of a command hold. */
export interface Holdings {
  readonly stored: State;
  readonly files: State;
}

export interface ObservedCommand {
  readonly error: unknown;
  readonly before: Holdings;
  readonly after: Holdings;
}

/** Runs a scenario, and looks at the store and the folder before and after the command. */
export async function observeCommand(
  scenario: CommandScenario,
  options: Omit<ScenarioOptions, "observe">,
): Promise<ObservedCommand> {
  const nothing: Holdings = { stored: new Map(), files: new Map() };
  const seen = { before: nothing, after: nothing };
  let error: unknown;
  try {
    await runScenario(scenario, {
      ...options,
      async observe(fixture, when) {
        seen[when] = await readHoldings(fixture);
      },
    });
  } catch (failure) {
    error = failure;
  }
  return { error, ...seen };
}

export async function readHoldings({ job, folder }: CommandFixture): Promise<Holdings> {
  const client = useSharedAzurite().serviceClient();
  const containers = [job.containerName, `${job.containerName}-new`].map((name) =>
    client.getContainerClient(name),
  );
  return { stored: await readStore(containers), files: readFolder(folder) };
}
