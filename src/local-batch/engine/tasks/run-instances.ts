import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createFolders, linkAbort } from "../../../core/index.js";
import { parseDurationInMs } from "../../api/parse-duration.js";
import { getTimestamp } from "../../state/clock.js";
import type { SubtaskRecord, TaskRecord } from "../../state/records.js";
import { type EngineContext, getGraceInMs } from "../base/engine-context.js";
import type { FailureInfo } from "../base/failures.js";
import { getInterruption } from "../base/interruption.js";
import type { NodeAddress } from "../base/node-folders.js";
import { fetchResourceFiles } from "../inputs/resource-files.js";
import { getPreparationFolder } from "../jobs/job-phase.js";
import { isPrepared } from "../jobs/job-preparation.js";
import { adopt, endGroup } from "../run/process-group.js";
import { type AttemptsEnd, runAttempts } from "../run/run-attempts.js";
import { setUpRun } from "../run/set-up-run.js";
import { changeAssignedTask, requeueTask, type TaskAddress } from "./change-task.js";
import { completeTask } from "./complete-task.js";
import { InstanceGroup } from "./instance-group.js";
import { createInstanceVariables } from "./instance-variables.js";
import { endInterruptedTask, runTask } from "./run-task.js";

interface Instance {
  readonly address: TaskAddress;
  /** 0 for the primary; otherwise the listed number of the subtask. */
  readonly id: number;
  readonly node: NodeAddress;
  readonly instanceCount: number;
  readonly group: InstanceGroup;
}

/**
 * Runs a task that is assigned to several nodes: the coordination command on each of them, then the task's own command
 * on the first, while the others wait for its end. An interruption of one instance ends all: the whole task is queued
 * again.
 */
export function startInstances(
  context: EngineContext,
  key: string,
  address: TaskAddress,
  nodes: readonly NodeAddress[],
  slots: number,
): void {
  const [primary, ...others] = nodes;
  if (!primary) return;
  const group = new InstanceGroup(nodes.length);
  const common = { address, instanceCount: nodes.length, group };
  for (const [index, node] of others.entries())
    // A subtask that is still being ended must not block the next one with its number.
    context.activities.start(
      `${key} ${index + 1} ${randomUUID()}`,
      { ...address, node, slots, isSubtask: true },
      (signal) => runSubtask(context, key, { ...common, id: index + 1, node }, signal),
    );
  context.activities.start(key, { ...address, node: primary, slots }, (signal) =>
    runPrimary(context, { ...common, id: 0, node: primary }, signal),
  );
}

async function runPrimary(context: EngineContext, instance: Instance, signal: AbortSignal): Promise<void> {
  const { address, group, instanceCount, node } = instance;
  try {
    const end = await coordinate(context, instance, signal);
    group.report(0, end.how === "ended" ? end.failureInfo : undefined);
    // The record of the coordination command is not that of the task's own command.
    changeAssignedTask(context, address, ({ run: { process: _, ...run } }) => ({ run }));
    const failure = await Promise.race([group.coordinated, waitForAbort(signal).then(() => undefined)]);
    if (getInterruption(signal)) endInterruptedTask(context, address, end, signal);
    else if (failure) completeTask(context, address, { failureInfo: failure });
    else {
      const sharedFolder = context.folders.task(node, address.jobId, address.taskId);
      const variables = createInstanceVariables(instanceCount, { isPrimary: true, sharedFolder });
      await runTask(context, address, signal, variables);
    }
  } finally {
    group.end();
  }
}

async function runSubtask(
  context: EngineContext,
  primaryKey: string,
  instance: Instance,
  signal: AbortSignal,
): Promise<void> {
  const { group, id } = instance;
  using linked = linkAbort(signal);
  const stopped = linked.signal;
  group.onEnd(() => {
    linked.abort();
  });
  const end = await coordinate(context, instance, stopped);
  const failure = end.how === "ended" ? end.failureInfo : undefined;
  group.report(id, failure);
  if (end.how === "ended" && !failure) await waitForAbort(stopped);
  completeSubtask(context, instance, end, failure);
  const interruption = getInterruption(signal);
  // Once the primary has ended, the task may run with another one.
  if (interruption && !group.hasEnded) context.activities.get(primaryKey)?.interrupt(interruption);
}

async function waitForAbort(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((settle) => {
    signal.addEventListener("abort", () => {
      settle();
    });
  });
}

async function coordinate(
  context: EngineContext,
  instance: Instance,
  signal: AbortSignal,
): Promise<AttemptsEnd> {
  const { state, folders } = context;
  const { address, id, node } = instance;
  const task = state.tasks.get(address.jobId, address.taskId);
  const settings = task?.given.multiInstanceSettings;
  if (!task || !settings || !(await isPrepared(context, address.jobId, node, signal)))
    return { how: "interrupted" };
  const sharedFolder = folders.task(node, task.jobId, task.id);
  const folder = join(sharedFolder, String(id));
  const run = { retryCount: 0, requeueCount: 0, startTime: getTimestamp() };
  return await runAttempts({
    commandLine: settings.coordinationCommandLine,
    folder,
    exitStatusPath: folders.exitStatus(node, task.jobId, `${task.id}.${id}`),
    maxRetryCount: 0,
    maxWallClockInMs: parseDurationInMs(task.given.constraints?.maxWallClockTime),
    graceInMs: getGraceInMs(context),
    run,
    setUp: async () => {
      await rm(sharedFolder, { recursive: true, force: true });
      await createFolders(sharedFolder);
      await fetchResourceFiles(context, settings.commonResourceFiles ?? [], sharedFolder, signal);
      const job = state.jobs.get(task.jobId);
      const { environmentSettings } = task.given;
      return await setUpRun(context, {
        given: {
          commandLine: settings.coordinationCommandLine,
          ...(environmentSettings && { environmentSettings }),
        },
        node,
        folder,
        job: {
          id: task.jobId,
          taskId: task.id,
          preparationFolder: job && getPreparationFolder(context, job, node),
        },
        commonSettings: job?.given.commonEnvironmentSettings,
        extraVariables: createInstanceVariables(instance.instanceCount, {
          isPrimary: id === 0,
          sharedFolder,
        }),
        signal,
      });
    },
    record: async ({ process }) => {
      const isKept = recordCoordination(context, instance, {
        startTime: run.startTime,
        ...(process && { process }),
      });
      await state.waitUntilWritten();
      return isKept;
    },
    signal,
  });
}

/** Records the process of an instance; false if the task must not run any more. */
function recordCoordination(
  context: EngineContext,
  instance: Instance,
  begun: Pick<SubtaskRecord, "startTime" | "process">,
): boolean {
  const { process } = begun;
  const changed =
    instance.id === 0
      ? changeAssignedTask(context, instance.address, ({ run }) => ({
          run: { ...run, ...(process && { process }) },
        }))
      : changeSubtask(context, instance, (subtask) => ({ ...moveTo(subtask, "running"), ...begun }));
  return changed !== undefined;
}

function completeSubtask(
  context: EngineContext,
  instance: Instance,
  { exitCode }: AttemptsEnd,
  failure: FailureInfo | undefined,
): void {
  changeSubtask(context, instance, ({ process: _, ...subtask }) => ({
    ...moveTo(subtask, "completed"),
    endTime: getTimestamp(),
    ...(exitCode !== undefined && { exitCode }),
    result: failure ? "failure" : "success",
    ...(failure && { failureInfo: failure }),
  }));
}

/** Changes a subtask, also if its task has completed meanwhile: subtasks end after the task. */
function changeSubtask(
  { state }: EngineContext,
  { address, id, node }: Instance,
  change: (subtask: SubtaskRecord) => SubtaskRecord,
): TaskRecord | undefined {
  const task = state.tasks.get(address.jobId, address.taskId);
  const isSame = (subtask: SubtaskRecord): boolean =>
    subtask.id === id && subtask.node.nodeId === node.nodeId;
  if (!task?.subtasks?.some(isSame)) return undefined;
  const next = { ...task, subtasks: task.subtasks.map((one) => (isSame(one) ? change(one) : one)) };
  state.tasks.put(next);
  return next;
}

function moveTo(subtask: SubtaskRecord, state: SubtaskRecord["state"]): SubtaskRecord {
  if (subtask.state === state) return subtask;
  return {
    ...subtask,
    state,
    stateTransitionTime: getTimestamp(),
    previousState: subtask.state,
    previousStateTransitionTime: subtask.stateTransitionTime,
  };
}

/** Ends the processes that an earlier service has left of a multi-instance task, which begins again. */
export async function endFormerInstances(context: EngineContext, task: TaskRecord): Promise<void> {
  const { folders } = context;
  const former = [
    ...(task.node ? [{ node: task.node, process: task.run.process, name: task.id }] : []),
    ...(task.subtasks ?? []).map(({ node, process, id }) => ({ node, process, name: `${task.id}.${id}` })),
  ];
  for (const { node, process, name } of former)
    if (process) await endGroup(adopt(process, folders.exitStatus(node, task.jobId, name)), 0);
  requeueTask(context, { jobId: task.jobId, taskId: task.id });
}
