import {
  type BatchAccountClient,
  outputEnvironmentSettings,
  saveFromNode,
  watchScheduledEvents,
} from "../../../src/batch/index.js";
import type {
  BatchOutputsClient,
  JobOutputStorage,
  OutputFileReference,
  RecordedRun,
  TaskOutputStorage,
} from "../../../src/outputs/index.js";
import type { OperationOptions } from "../../../src/core/index.js";
import { readAll } from "../support/use.js";

/** What the calls are made on. */
export interface OptionsBench {
  readonly client: BatchOutputsClient;
  readonly job: JobOutputStorage;
  readonly outputs: TaskOutputStorage;
  readonly output: OutputFileReference;
  readonly run: RecordedRun;
  readonly batch: BatchAccountClient;
  readonly folder: string;
}

type OptionUse = (bench: OptionsBench, options: OperationOptions) => unknown;

/** A call with options of each public method that takes an `abortSignal`, by the method's name in the API reports. */
export const optionUses: Readonly<Record<string, OptionUse>> = {
  "BatchAccountClient.getJob": ({ batch }, options) => batch.getJob("j", options),
  "BatchAccountClient.getTask": ({ batch }, options) => batch.getTask("j", "t1", options),
  "BatchAccountClient.getTaskFileProperties": ({ batch }, options) =>
    batch.getTaskFileProperties("j", "t1", "stdout.txt", options),
  "BatchAccountClient.listJobs": ({ batch }, options) => readAll(batch.listJobs(options)),
  "BatchAccountClient.listTaskFiles": ({ batch }, options) =>
    readAll(batch.listTaskFiles("j", "t1", options)),
  "BatchAccountClient.listTasks": ({ batch }, options) => readAll(batch.listTasks("j", options)),
  "BatchAccountClient.openTaskFile": ({ batch }, options) =>
    batch.openTaskFile("j", "t1", "stdout.txt", options),
  "BatchOutputsClient.deleteOutputStorage": ({ client }, options) => client.deleteOutputStorage("j", options),
  "BatchOutputsClient.findOutputs": ({ client }, options) => readAll(client.findOutputs({ a: "b" }, options)),
  "BatchOutputsClient.getOutputStorageContainerUrl": ({ client }, options) =>
    client.getOutputStorageContainerUrl("j", options),
  "BatchOutputsClient.getOutputUrl": ({ client, output }, options) => client.getOutputUrl(output, options),
  "BatchOutputsClient.listJobs": ({ client }, options) => readAll(client.listJobs(options)),
  "BatchOutputsClient.prepareOutputStorage": ({ client }, options) =>
    client.prepareOutputStorage("j", options),
  "JobOutputStorage.findOutputs": ({ job }, options) => readAll(job.findOutputs({ a: "b" }, options)),
  "JobOutputStorage.listAllOutputs": ({ job }, options) => readAll(job.listAllOutputs(options)),
  "JobOutputStorage.listRuns": ({ job }, options) => readAll(job.listRuns(options)),
  "JobOutputStorage.listTasks": ({ job }, options) => readAll(job.listTasks(options)),
  "OutputFileReference.delete": ({ output }, options) => output.delete(options),
  "OutputFileReference.downloadToBuffer": ({ output }, options) => output.downloadToBuffer(options),
  "OutputFileReference.downloadToFile": ({ output, folder }, options) =>
    output.downloadToFile(`${folder}/a.txt`, options),
  "OutputFileReference.exists": ({ output }, options) => output.exists(options),
  "OutputFileReference.getLineTimes": ({ output }, options) => output.getLineTimes(options),
  "OutputFileReference.getProperties": ({ output }, options) => output.getProperties(options),
  "OutputFileReference.openRead": ({ output }, options) => output.openRead(options),
  "OutputFileReference.setTier": ({ output }, options) => output.setTier("Cool", options),
  "OutputFileReference.tail": ({ output }, options) => readAll(output.tail(options)),
  "OutputStorage.downloadOutputs": ({ outputs, folder }, options) => outputs.downloadOutputs(folder, options),
  "OutputStorage.listOutputs": ({ outputs }, options) => readAll(outputs.listOutputs(undefined, options)),
  "OutputStorage.save": ({ outputs }, options) => outputs.save("TaskOutput", "package.json", options),
  "OutputStorage.saveData": ({ outputs }, options) =>
    outputs.saveData("TaskOutput", Buffer.from("text"), "a.txt", options),
  "OutputStorage.saveMany": ({ outputs }, options) => outputs.saveMany("TaskOutput", "*.json", options),
  "OutputStorage.saveText": ({ outputs }, options) =>
    outputs.saveText("TaskOutput", "text", "a.txt", options),
  "OutputStorage.saveTracked": ({ outputs }, options) =>
    outputs.saveTracked("TaskLog", "package.json", options),
  "RecordedRun.end": ({ run }, options) => run.end({ exitCode: 0 }, options),
  "RecordedRun.update": ({ run }, options) => run.update({}, options),
  "TaskOutputStorage.deleteRuns": ({ outputs }, options) => outputs.deleteRuns(options),
  "TaskOutputStorage.recordRun": ({ outputs }, options) => outputs.recordRun({}, options),
  outputEnvironmentSettings: ({ client }, options) =>
    outputEnvironmentSettings(client, "j", { ...options, identityClientId: "id" }),
  saveFromNode: ({ batch, outputs }, options) => saveFromNode(batch, outputs, options),
  watchScheduledEvents: (_, options) => readAll(watchScheduledEvents(options)),
};

/** Methods of an open log, which test/tracking/session/repeated-close.test.ts calls. */
export const ofTracking: readonly string[] = ["TrackedFile.close", "TrackedFile.flush"];

/** Public methods with options that have no `abortSignal`. */
export const withoutSignal: readonly string[] = [
  "BatchOutputsClient.fromConnectionString",
  "LocalBatch.preemptNode",
  "LocalBatchFaults.refuseRequests",
  "createLifecyclePolicy",
  "createViewer",
  "flushOnExit",
  "new BatchAccountClient",
  "new BatchOutputsClient",
  "new BatchOutputsError",
  "new JobOutputStorage",
  "new TaskOutputStorage",
  "outputBlobName",
  "outputPathFor",
  "startLocalBatch",
];
