import { join } from "node:path";
import { createFolders } from "../../../core/index.js";
import type { GivenCommand } from "../../api/command-shapes.js";
import { installApplicationPackages } from "../inputs/application-packages.js";
import type { EngineContext } from "../base/engine-context.js";
import type { NodeAddress } from "../base/node-folders.js";
import { fetchResourceFiles } from "../inputs/resource-files.js";
import {
  createBatchVariables,
  type EnvironmentValues,
  readMachineVariables,
  readSettings,
} from "./task-environment.js";

/** A run to be prepared. */
export interface RunSetUp {
  readonly given: GivenCommand;
  readonly node: NodeAddress;
  readonly folder: string;
  readonly job?: NonNullable<EnvironmentValues["job"]>;
  /** The job's own environment settings. */
  readonly commonSettings?: GivenCommand["environmentSettings"];
  /** Variables in addition to those of every run. */
  readonly extraVariables?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Prepares a run's folders, resource files and application packages.
 *
 * @returns Its environment: Batch's own variables take precedence over a task's settings, and those over the job's.
 * @throws RunFailure if something is not available.
 */
export async function setUpRun(context: EngineContext, run: RunSetUp): Promise<Record<string, string>> {
  const { given, node, folder, signal } = run;
  await createFolders(join(folder, "wd"));
  await createFolders(join(folder, "certs"));
  await fetchResourceFiles(context, given.resourceFiles ?? [], join(folder, "wd"), signal);
  const pool = context.state.pools.get(node.poolId);
  const packages = await installApplicationPackages(context, node, [
    ...((pool && pool.given.applicationPackageReferences) ?? []),
    ...(given.applicationPackageReferences ?? []),
  ]);
  return { ...createEnvironment(context, run), ...packages };
}

/** The variables of a run, without those of its application packages. */
export function createEnvironment(
  { state, folders, options }: EngineContext,
  { given, node, folder, job, commonSettings, extraVariables }: Omit<RunSetUp, "signal">,
): Record<string, string> {
  const isDedicated = state.nodes.get(node.poolId, node.nodeId)?.isDedicated ?? true;
  return {
    ...readMachineVariables(folders, node),
    ...readSettings(commonSettings),
    ...readSettings(given.environmentSettings),
    ...createBatchVariables({
      account: options.account,
      folders,
      node,
      isDedicated,
      taskFolder: folder,
      ...(job && { job }),
    }),
    ...extraVariables,
  };
}
