import { type Members, omitUndefined, readMembers } from "../../core/index.js";
import type { TaskHandle } from "../../outputs/index.js";

/** A job of the Batch service: the properties that outputs need, under the service's names. Times are ISO 8601. */
export interface BatchJobInfo {
  /** The id of the job. */
  readonly id: string;
  /** The URL of the job in the Batch account. */
  readonly url: string;
  /** A name for people, which need not be unique. */
  readonly displayName?: string;
  /** `active`, `completed`, `disabled`, …, in lower case. */
  readonly state: string;
  /** When the job was created, in ISO 8601. */
  readonly creationTime?: string;
  /** When it ran, where, and why it ended. */
  readonly executionInfo?: BatchJobExecutionInfo;
}

/** When a job began and ended, and why it ended. */
export interface BatchJobExecutionInfo {
  /** When the job was created or started, in ISO 8601. */
  readonly startTime?: string;
  /** When the job was completed, in ISO 8601. */
  readonly endTime?: string;
  /** The pool on which its tasks run. */
  readonly poolId?: string;
  /** Why the job was ended, such as `AllTasksComplete`. */
  readonly terminateReason?: string;
}

/** A task of the Batch service; also a handle of the task. Times are ISO 8601. */
export interface BatchTaskInfo extends Extract<TaskHandle, object> {
  /** The id of the task, unique in its job. */
  readonly id: string;
  /** The URL of the task, which contains the ids of its job and of the task. */
  readonly url: string;
  /** A name for people, which need not be unique. */
  readonly displayName?: string;
  /** The state of the task. A task that failed is `completed`, too: see `executionInfo.result`. */
  readonly state: "active" | "preparing" | "running" | "completed";
  /** When the task was created, in ISO 8601. */
  readonly creationTime?: string;
  /** When it ran and how it ended. */
  readonly executionInfo?: BatchTaskExecutionInfo;
  /** The node that runs it, or ran it last; absent if it never ran. */
  readonly nodeInfo?: BatchTaskNodeInfo;
}

/** The result of a task's command. */
export interface BatchTaskExecutionInfo {
  /** When it started to run, in ISO 8601; of a task that was retried, the latest time. */
  readonly startTime?: string;
  /** When it completed, in ISO 8601. */
  readonly endTime?: string;
  /** The exit code of its command line, once that has ended. */
  readonly exitCode?: number;
  /** Only for completed tasks. */
  readonly result?: "success" | "failure";
  /** The reason for its failure, in the service's words. */
  readonly failureInfo?: BatchTaskFailureInfo;
  /** How often it was run again because it had failed. */
  readonly retryCount?: number;
  /** How often it was run again because its node was removed or lost. */
  readonly requeueCount?: number;
}

/** Why a task failed. */
export interface BatchTaskFailureInfo {
  /** `UserError` or `ServerError`; in lower case in some versions of the API. */
  readonly category?: string;
  /** The error code of the service, such as `FailureExitCode`. */
  readonly code?: string;
  /** The message for the code, the same for all failures with this code. */
  readonly message?: string;
  /** Details of this failure, such as `Message` or `FilePath`. */
  readonly details?: readonly BatchTaskFailureDetail[];
}

/** A detail of a failure. */
export interface BatchTaskFailureDetail {
  /** What the value is, such as `Message`. */
  readonly name: string;
  /** The value, in the service's words. */
  readonly value: string;
}

/** The compute node that a task ran on. */
export interface BatchTaskNodeInfo {
  /** The pool of the node. */
  readonly poolId?: string;
  /** The id of the node in its pool. */
  readonly nodeId?: string;
  /** The folder of the task, relative to the root directory of Batch on the node. */
  readonly taskRootDirectory?: string;
}

/** A file or folder of a task on its compute node. */
export interface NodeFileInfo {
  /**
   * Relative to the task's folder, as the node writes it: `stdout.txt`, `wd/result.bin`; with backslashes on Windows.
   */
  readonly name: string;
  /** Whether it is a folder. */
  readonly isDirectory: boolean;
  /** In bytes, at the time of the request; 0 for folders. */
  readonly size: number;
  /** ISO 8601. */
  readonly lastModified?: string;
  /** The content type that the service derives from the name. */
  readonly contentType?: string;
}

/** Reads a response of any version of the service. Properties that are missing or of another type are omitted. */
export function readJob(wire: unknown): BatchJobInfo {
  const job = readMembers(wire);
  const info = job.object("executionInfo");
  return omitUndefined({
    id: job.text("id") ?? "",
    url: job.text("url") ?? "",
    displayName: job.text("displayName"),
    state: job.text("state")?.toLowerCase() ?? "",
    creationTime: job.text("creationTime"),
    executionInfo: info && pickTexts(info, ["startTime", "endTime", "poolId", "terminateReason"]),
  });
}

/** Like {@link readJob}. If `select` omitted the state, it is `active`. */
export function readTask(wire: unknown): BatchTaskInfo {
  const task = readMembers(wire);
  const info = task.object("executionInfo");
  const node = task.object("nodeInfo");
  const states = ["active", "preparing", "running", "completed"] as const;
  return omitUndefined({
    id: task.text("id") ?? "",
    url: task.text("url") ?? "",
    displayName: task.text("displayName"),
    state: parseWord(task.text("state"), states) ?? "active",
    creationTime: task.text("creationTime"),
    executionInfo: info && readExecution(info),
    nodeInfo: node && pickTexts(node, ["poolId", "nodeId", "taskRootDirectory"]),
  });
}

function readExecution(info: Members): BatchTaskExecutionInfo {
  const failure = info.object("failureInfo");
  return omitUndefined({
    ...pickTexts(info, ["startTime", "endTime"]),
    exitCode: info.integer("exitCode"),
    result: parseWord(info.text("result"), ["success", "failure"]),
    failureInfo: failure && readFailure(failure),
    retryCount: info.integer("retryCount"),
    requeueCount: info.integer("requeueCount"),
  });
}

function readFailure(failure: Members): BatchTaskFailureInfo {
  const details = (failure.objects("details") ?? []).flatMap((detail) => {
    const [name, value] = [detail.text("name"), detail.text("value")];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
  return {
    ...pickTexts(failure, ["category", "code", "message"]),
    ...(details.length > 0 && { details }),
  };
}

/** Like {@link readJob}. `contentLength` is a number up to version 2024-07-01 and a text from 2025-06-01 on. */
export function readNodeFile(wire: unknown): NodeFileInfo {
  const file = readMembers(wire);
  const properties = file.object("properties");
  return {
    name: file.text("name") ?? "",
    isDirectory: file.value("isDirectory") === true,
    size: Number(properties?.value("contentLength") ?? 0),
    ...(properties && pickTexts(properties, ["lastModified", "contentType"])),
  };
}

/** Reads the same properties from the headers of an answer without a body. */
export function readNodeFileHeaders(
  name: string,
  getHeader: (name: string) => string | undefined,
): NodeFileInfo {
  const modified = new Date(getHeader("last-modified") ?? Number.NaN);
  return omitUndefined({
    name,
    isDirectory: getHeader("ocp-batch-file-isdirectory")?.toLowerCase() === "true",
    size: Number(getHeader("content-length") ?? 0),
    lastModified: Number.isNaN(modified.getTime()) ? undefined : modified.toISOString(),
    contentType: getHeader("content-type"),
  });
}

function pickTexts<Name extends string>(wire: Members, names: readonly Name[]): { [K in Name]?: string } {
  return Object.fromEntries(
    names.map((name) => [name, wire.text(name)]).filter(([, found]) => found !== undefined),
  ) as { [K in Name]?: string };
}

/**
 * Parses a word of the service, ignoring case: the service capitalizes some of them and returns others as they were
 * sent.
 */
function parseWord<Word extends string>(text: string | undefined, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === text?.toLowerCase());
}
