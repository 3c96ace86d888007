import { omitUndefined } from "../../core/index.js";
import type { TaskHandle } from "../../outputs/index.js";

/** A job of the Batch service: the properties that outputs need, under the service's names. Times are ISO 8601. */
export interface BatchJobInfo {
  readonly id: string;
  readonly url: string;
  readonly displayName?: string;
  /** `active`, `completed`, `disabled`, …, in lower case. */
  readonly state: string;
  readonly creationTime?: string;
  readonly executionInfo?: BatchJobExecutionInfo;
}

/** When a job began and ended, and why it ended. */
export interface BatchJobExecutionInfo {
  readonly startTime?: string;
  readonly endTime?: string;
  readonly poolId?: string;
  readonly terminateReason?: string;
}

/** A task of the Batch service; also a handle of the task. Times are ISO 8601. */
export interface BatchTaskInfo extends Extract<TaskHandle, object> {
  readonly id: string;
  readonly url: string;
  readonly displayName?: string;
  readonly state: "active" | "preparing" | "running" | "completed";
  readonly creationTime?: string;
  readonly executionInfo?: BatchTaskExecutionInfo;
  /** The node that runs it, or ran it last; absent if it never ran. */
  readonly nodeInfo?: BatchTaskNodeInfo;
}

/** The result of a task's command. */
export interface BatchTaskExecutionInfo {
  readonly startTime?: string;
  readonly endTime?: string;
  readonly exitCode?: number;
  /** Only for completed tasks. */
  readonly result?: "success" | "failure";
  /** The reason for its failure, in the service's words. */
  readonly failureInfo?: BatchTaskFailureInfo;
  readonly retryCount?: number;
  readonly requeueCount?: number;
}

/** Why a task failed. */
export interface BatchTaskFailureInfo {
  readonly category?: string;
  readonly code?: string;
  /** Of the code: the same for all failures that have it. */
  readonly message?: string;
  /** What is known of this failure, such as `Message` or `FilePath`. */
  readonly details?: readonly BatchTaskFailureDetail[];
}

/** A detail of a failure. */
export interface BatchTaskFailureDetail {
  readonly name: string;
  readonly value: string;
}

/** The compute node that a task ran on. */
export interface BatchTaskNodeInfo {
  readonly poolId?: string;
  readonly nodeId?: string;
  readonly taskRootDirectory?: string;
}

/** A file or folder of a task on its compute node. */
export interface NodeFileInfo {
  /**
   * Relative to the task's folder, as the node writes it: `stdout.txt`, `wd/result.bin`; with backslashes on Windows.
   */
  readonly name: string;
  readonly isDirectory: boolean;
  /** In bytes, at the time of the request; 0 for folders. */
  readonly size: number;
  /** ISO 8601. */
  readonly lastModified?: string;
  readonly contentType?: string;
}

/** Reads an answer of any version of the service; properties that are missing or of another type are omitted. */
export function readJob(wire: unknown): BatchJobInfo {
  const { text, part } = readMembers(wire);
  const info = part("executionInfo");
  return omitUndefined({
    id: text("id") ?? "",
    url: text("url") ?? "",
    displayName: text("displayName"),
    state: text("state")?.toLowerCase() ?? "",
    creationTime: text("creationTime"),
    executionInfo: info && pick(info, ["startTime", "endTime", "poolId", "terminateReason"]),
  });
}

/** Like {@link readJob}. If `select` omitted the state, it is `active`. */
export function readTask(wire: unknown): BatchTaskInfo {
  const { text, part } = readMembers(wire);
  const info = part("executionInfo");
  const node = part("nodeInfo");
  return omitUndefined({
    id: text("id") ?? "",
    url: text("url") ?? "",
    displayName: text("displayName"),
    state: parseWord(text("state"), ["active", "preparing", "running", "completed"]) ?? "active",
    creationTime: text("creationTime"),
    executionInfo: info && readExecution(info),
    nodeInfo: node && pick(node, ["poolId", "nodeId", "taskRootDirectory"]),
  });
}

function readExecution(wire: object): BatchTaskExecutionInfo {
  const { text, part, count } = readMembers(wire);
  const failure = part("failureInfo");
  return omitUndefined({
    ...pick(wire, ["startTime", "endTime"]),
    exitCode: count("exitCode"),
    result: parseWord(text("result"), ["success", "failure"]),
    failureInfo: failure && readFailure(failure),
    retryCount: count("retryCount"),
    requeueCount: count("requeueCount"),
  });
}

function readFailure(wire: object): BatchTaskFailureInfo {
  const listed = readMembers(wire).value("details");
  const details = (Array.isArray(listed) ? listed : []).flatMap((detail: unknown) => {
    const { text } = readMembers(detail);
    const [name, value] = [text("name"), text("value")];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
  return { ...pick(wire, ["category", "code", "message"]), ...(details.length > 0 && { details }) };
}

/** Like {@link readJob}. `contentLength` is a number up to version 2024-07-01 and a text from 2025-06-01 on. */
export function readNodeFile(wire: unknown): NodeFileInfo {
  const { text, part, value } = readMembers(wire);
  const properties = part("properties") ?? {};
  return {
    name: text("name") ?? "",
    isDirectory: value("isDirectory") === true,
    size: Number(readMembers(properties).value("contentLength") ?? 0),
    ...pick(properties, ["lastModified", "contentType"]),
  };
}

/** Reads the same properties from the headers of an answer without a body. */
export function readNodeFileHeaders(
  name: string,
  getHeader: (name: string) => string | undefined,
): NodeFileInfo {
  const modified = getHeader("last-modified");
  return omitUndefined({
    name,
    isDirectory: getHeader("ocp-batch-file-isdirectory")?.toLowerCase() === "true",
    size: Number(getHeader("content-length") ?? 0),
    lastModified: modified === undefined ? undefined : new Date(modified).toISOString(),
    contentType: getHeader("content-type"),
  });
}

function readMembers(wire: unknown) {
  const value = (name: string): unknown =>
    typeof wire === "object" && wire !== null ? Reflect.get(wire, name) : undefined;
  return {
    value,
    text: (name: string): string | undefined => {
      const found = value(name);
      return typeof found === "string" ? found : undefined;
    },
    count: (name: string): number | undefined => {
      const found = value(name);
      return typeof found === "number" ? found : undefined;
    },
    part: (name: string): object | undefined => {
      const found = value(name);
      return typeof found === "object" && found !== null ? found : undefined;
    },
  };
}

function pick<Name extends string>(wire: object, names: readonly Name[]): { [K in Name]?: string } {
  const { text } = readMembers(wire);
  return Object.fromEntries(
    names.map((name) => [name, text(name)]).filter(([, found]) => found !== undefined),
  ) as { [K in Name]?: string };
}

/** The service writes such words in lower case or with capitals, depending on whether they come from a request. */
function parseWord<Word extends string>(text: string | undefined, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === text?.toLowerCase());
}
