import type { BlobServiceClient } from "@azure/storage-blob";
import { explainServiceError, readContainerName, type ServiceCall } from "../../storage/index.js";
import { describeOutput } from "./named-output.js";
import { describeScope, type OutputScope } from "./output-scope.js";
import type { PerformedCall } from "./perform.js";

/** The object of a public method's call. */
export interface CallSubject {
  readonly scope: OutputScope;
  readonly kind?: string | undefined;
  readonly path?: string | undefined;
}

interface Operation {
  /** The action, for messages: `saving TaskOutput "a.txt" of task "t1"`. */
  readonly describe: (subject: CallSubject) => string;
  /** The permissions that the requests need: at least one letter of each group. */
  readonly permissions: readonly string[];
}

/** The public methods that make requests, and the permissions that they need. */
const operations = {
  "OutputStorage.save": { describe: ofOutput("saving"), permissions: ["cw"] },
  "OutputStorage.saveText": { describe: ofOutput("saving"), permissions: ["cw"] },
  "OutputStorage.saveData": { describe: ofOutput("saving"), permissions: ["cw"] },
  "OutputStorage.saveMany": {
    describe: ({ scope, kind = "" }) => `saving files as ${kind} of ${describeScope(scope)}`,
    permissions: ["cw"],
  },
  "OutputStorage.saveTracked": { describe: ofOutput("tracking"), permissions: ["ac", "w", "r"] },
  "OutputStorage.listOutputs": { describe: ofScope("listing the outputs of"), permissions: ["l"] },
  "OutputStorage.downloadOutputs": { describe: ofScope("fetching the outputs of"), permissions: ["l", "r"] },
  "JobOutputStorage.listAllOutputs": { describe: ofScope("listing the outputs of"), permissions: ["l"] },
  "JobOutputStorage.listTasks": { describe: ofScope("listing the tasks of"), permissions: ["l"] },
  "JobOutputStorage.listRuns": { describe: ofScope("listing the recorded runs of"), permissions: ["l"] },
  "TaskOutputStorage.recordRun": { describe: ofScope("recording the run of"), permissions: ["cw"] },
  "TaskOutputStorage.deleteRuns": {
    describe: ofScope("deleting the recorded runs of"),
    permissions: ["l", "d"],
  },
  "JobOutputStorage.jobIdIn": {
    describe: ({ scope }) => `asking which job container "${readContainerName(scope.container)}" is for`,
    permissions: ["r"],
  },
  "OutputFileReference.blobClient": { describe: ofOutput("asking for"), permissions: [] },
  "OutputFileReference.downloadToFile": { describe: ofOutput("fetching"), permissions: ["r"] },
  "OutputFileReference.downloadToBuffer": { describe: ofOutput("fetching"), permissions: ["r"] },
  "OutputFileReference.openRead": { describe: ofOutput("reading"), permissions: ["r"] },
  "OutputFileReference.tail": { describe: ofOutput("reading"), permissions: ["r"] },
  "OutputFileReference.getProperties": {
    describe: ofOutput("reading the properties of"),
    permissions: ["r"],
  },
  "OutputFileReference.exists": { describe: ofOutput("looking for"), permissions: ["r"] },
  "OutputFileReference.delete": { describe: ofOutput("deleting"), permissions: ["d", "r"] },
  "BatchOutputsClient.prepareOutputStorage": {
    describe: ofScope("preparing the output storage of"),
    permissions: ["cw", "r"],
  },
  "BatchOutputsClient.deleteOutputStorage": {
    describe: ofScope("deleting the output storage of"),
    permissions: ["r", "d"],
  },
  "BatchOutputsClient.getOutputStorageContainerUrl": {
    describe: ofScope("signing a container URL for"),
    permissions: [],
  },
  "BatchOutputsClient.getOutputUrl": { describe: ofOutput("signing a URL of"), permissions: [] },
} as const satisfies Record<string, Operation>;

/** A public method that makes requests. */
export type OperationName = keyof typeof operations;

/** A call to the store for a public method: its span, and its description for logs and errors. */
export type StoreCall = ServiceCall & PerformedCall;

/** Creates the call of a method on a scope, or on an output of it. */
export function createStoreCall(name: OperationName, { scope, kind, path }: CallSubject): StoreCall {
  const { describe, permissions }: Operation = operations[name];
  const call: ServiceCall = {
    doing: describe({ scope, kind, path }),
    permissions,
    url: scope.container.url,
    context: {
      jobId: scope.jobId,
      taskId: scope.taskId,
      containerName: readContainerName(scope.container),
      kind,
      path,
    },
  };
  return performed(formatSpanName(name, scope), call);
}

/** Creates the call for listing an account's jobs. */
export function createListJobsCall(service: BlobServiceClient): StoreCall {
  return performed("BatchOutputsClient.listJobs", {
    doing: `listing the jobs of account "${service.accountName}"`,
    permissions: ["l"],
    url: service.url,
    context: {},
  });
}

function performed(spanName: string, call: ServiceCall): StoreCall {
  return { ...call, spanName, explain: (error) => explainServiceError(error, call) };
}

/** Spans are named after the class on which the method was called. */
function formatSpanName(name: OperationName, { taskId }: OutputScope): string {
  if (!name.startsWith("OutputStorage.")) return name;
  return `${taskId === undefined ? "Job" : "Task"}${name}`;
}

function ofScope(verb: string): Operation["describe"] {
  return ({ scope }) => `${verb} ${describeScope(scope)}`;
}

function ofOutput(verb: string): Operation["describe"] {
  return ({ scope, kind = "", path = "" }) => `${verb} ${describeOutput({ scope, kind, path })}`;
}
