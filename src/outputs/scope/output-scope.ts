import type { ContainerClient } from "@azure/storage-blob";
import {
  type OutputAddress,
  outputBlobName,
  type OutputStorageAddress,
  outputStoragePath,
} from "../../conventions/index.js";
import { readContainerName, type ServiceCall } from "../../storage/index.js";

/** Whose outputs an object is about: a container, its job where the id is known, and the task, if one. */
export interface OutputScope {
  readonly container: ContainerClient;
  readonly jobId: string | undefined;
  readonly taskId: string | undefined;
}

/** The place of one kind in this scope. */
export function placeIn(scope: OutputScope, kind: string): string {
  return outputStoragePath(address(scope, { kind }));
}

/** The blob of an output in this scope. Throws naming the kind, or the path by the caller's name for it. */
export function blobNameIn(
  scope: OutputScope,
  kind: string,
  path: string,
  pathArgumentName?: string,
): string {
  return outputBlobName(address(scope, { kind, path }), { pathArgumentName });
}

/** The address of something in this scope. */
export function address(scope: OutputScope, of: { kind: string; path: string }): OutputAddress;
export function address(scope: OutputScope, of: { kind: string }): OutputStorageAddress;
export function address<T extends { kind: string }>(scope: OutputScope, of: T): T & { taskId?: string } {
  return scope.taskId === undefined ? of : { taskId: scope.taskId, ...of };
}

/** `task "t1" of job "j1"`, as well as it is known. */
export function described(scope: OutputScope): string {
  const job =
    scope.jobId === undefined
      ? `the job of container "${readContainerName(scope.container)}"`
      : `job "${scope.jobId}"`;
  return scope.taskId === undefined ? job : `task "${scope.taskId}" of ${job}`;
}

/** What a failed call of this scope needs to be explained. */
export function serviceCall(
  scope: OutputScope,
  doing: string,
  permissions: readonly string[],
  about: { kind?: string | undefined; path?: string | undefined } = {},
): ServiceCall {
  return {
    doing,
    permissions,
    url: scope.container.url,
    context: {
      jobId: scope.jobId,
      taskId: scope.taskId,
      containerName: readContainerName(scope.container),
      ...about,
    },
  };
}
