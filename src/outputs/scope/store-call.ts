import { redactUrl } from "../../core/index.js";
import { explainServiceError, type ServiceCall, type StoreAccount } from "../../storage/index.js";
import { explainFileError, isFileError } from "./file-error.js";
import { describeOutput } from "./named-output.js";
import { describeScope, type OutputScope } from "./output-scope.js";
import type { PerformedCall } from "./perform.js";

/** The scope, or the output, that a public method is called for. */
export interface CallSubject {
  readonly scope: OutputScope;
  readonly kind?: string | undefined;
  readonly path?: string | undefined;
}

type Describe = (subject: CallSubject) => string;

/**
 * The public methods that make requests, each with a description for messages: `saving TaskOutput "a.txt" of task
 * "t1"`.
 */
const operations = {
  "OutputStorage.save": describeForOutput("saving"),
  "OutputStorage.saveText": describeForOutput("saving"),
  "OutputStorage.saveData": describeForOutput("saving"),
  "OutputStorage.saveMany": ({ scope, kind = "" }) => `saving files as ${kind} of ${describeScope(scope)}`,
  "OutputStorage.saveTracked": describeForOutput("tracking"),
  "OutputStorage.listOutputs": describeForScope("listing the outputs of"),
  "OutputStorage.downloadOutputs": describeForScope("fetching the outputs of"),
  "JobOutputStorage.listAllOutputs": describeForScope("listing the outputs of"),
  "JobOutputStorage.listTasks": describeForScope("listing the tasks of"),
  "JobOutputStorage.listRuns": describeForScope("listing the recorded runs of"),
  "TaskOutputStorage.recordRun": describeForScope("recording the run of"),
  "TaskOutputStorage.deleteRuns": describeForScope("deleting the recorded runs of"),
  "JobOutputStorage.fetchJobId": ({ scope }) =>
    `reading which job container "${scope.container.name}" is for`,
  "OutputFileReference.blobClient": describeForOutput("getting the client for"),
  "OutputFileReference.downloadToFile": describeForOutput("fetching"),
  "OutputFileReference.downloadToBuffer": describeForOutput("fetching"),
  "OutputFileReference.openRead": describeForOutput("reading"),
  "OutputFileReference.tail": describeForOutput("reading"),
  "OutputFileReference.getProperties": describeForOutput("reading the properties of"),
  "OutputFileReference.getLineTimes": describeForOutput("reading the times of"),
  "TaskOutputStorage.deleteLineTimes": describeForScope("deleting the times of the logs of"),
  "OutputFileReference.exists": describeForOutput("looking for"),
  "OutputFileReference.delete": describeForOutput("deleting"),
  "OutputFileReference.setTier": describeForOutput("setting the access tier of"),
  "JobOutputStorage.findOutputs": describeForScope("finding outputs by their tags in"),
  "BatchOutputsClient.prepareOutputStorage": describeForScope("preparing the output storage of"),
  "BatchOutputsClient.deleteOutputStorage": describeForScope("deleting the output storage of"),
  "BatchOutputsClient.getOutputStorageContainerUrl": describeForScope("signing a container URL for"),
  "BatchOutputsClient.getOutputUrl": describeForOutput("signing a URL of"),
} as const satisfies Record<string, Describe>;

/** A public method that makes requests. */
export type OperationName = keyof typeof operations;

/** A call to the store for a public method: its span, and its description in log lines and errors. */
export type StoreCall = ServiceCall & PerformedCall;

/** Describes a call of a method on a scope, or on an output of it. */
export function createStoreCall(name: OperationName, { scope, kind, path }: CallSubject): StoreCall {
  const describe: Describe = operations[name];
  const call: ServiceCall = {
    action: describe({ scope, kind, path }),
    url: scope.container.url,
    context: {
      jobId: scope.jobId,
      taskId: scope.taskId,
      containerName: scope.container.name,
      kind,
      path,
    },
  };
  return createCall(formatSpanName(name, scope), call);
}

/** Describes the search for outputs of all jobs of an account. */
export function createFindOutputsCall(account: StoreAccount): StoreCall {
  return createCall("BatchOutputsClient.findOutputs", {
    action: `finding outputs by their tags at ${redactUrl(account.url)}`,
    url: account.url,
    context: {},
  });
}

/** Describes the listing of an account's jobs. */
export function createListJobsCall(account: StoreAccount): StoreCall {
  return createCall("BatchOutputsClient.listJobs", {
    action: `listing the jobs of the storage account at ${redactUrl(account.url)}`,
    url: account.url,
    context: {},
  });
}

function createCall(spanName: string, call: ServiceCall): StoreCall {
  const explain = (error: unknown): unknown =>
    isFileError(error) ? explainFileError(error, call) : explainServiceError(error, call);
  return { ...call, spanName, explain };
}

/** A span is named for the class that the method was called on. */
function formatSpanName(name: OperationName, { taskId }: OutputScope): string {
  if (!name.startsWith("OutputStorage.")) return name;
  return `${taskId === undefined ? "Job" : "Task"}${name}`;
}

function describeForScope(verb: string): Describe {
  return ({ scope }) => `${verb} ${describeScope(scope)}`;
}

function describeForOutput(verb: string): Describe {
  return ({ scope, kind = "", path = "" }) => `${verb} ${describeOutput({ scope, kind, path })}`;
}
