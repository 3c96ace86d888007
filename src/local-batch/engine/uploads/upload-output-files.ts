import type { StoreContainer } from "../../../outputs/index.js";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { GivenOutputFile } from "../../api/task-shapes.js";
import type { TaskRecord } from "../../state/records.js";
import type { EngineContext } from "../base/engine-context.js";
import { describeError, type FailureCode, type FailureInfo, createFailureInfo } from "../base/failures.js";
import { findOutputFiles, type FoundOutput } from "./find-output-files.js";
import { openContainerByIdentity, openContainerByUrl } from "../storage/linked-container.js";
import type { NodeAddress } from "../base/node-folders.js";
import { type OutputPattern, parseOutputPattern } from "./output-pattern.js";
import { createEnvironment } from "../run/set-up-run.js";
import { uploadFile } from "../storage/upload-file.js";
import { classifyStorageError } from "../storage/classify-storage-error.js";
import { convertUploadHeaders } from "./upload-headers.js";
import { getTimestamp } from "../../state/clock.js";

type Destination = NonNullable<GivenOutputFile["destination"]["container"]>;

/**
 * Uploads the `outputFiles` of a completed task, and writes a log to `fileuploadout.txt` and `fileuploaderr.txt` in the task's
 * folder. A pattern without a match is not a failure. The first failure stops the upload; uploaded files are kept.
 */
export async function uploadOutputFiles(
  context: EngineContext,
  task: TaskRecord,
  node: NodeAddress,
  end: { readonly failureInfo?: FailureInfo },
  signal: AbortSignal,
): Promise<FailureInfo | undefined> {
  const { outputFiles = [] } = task.given;
  const wanted = outputFiles.filter((outputFile) => isWanted(outputFile, end.failureInfo === undefined));
  if (wanted.length === 0) return undefined;
  const folder = context.folders.task(node, task.jobId, task.id);
  await using logs = await openLogs(folder);
  const environment = createUploadVariables(context, task, node, folder);
  for (const outputFile of wanted) {
    const { container } = outputFile.destination;
    if (!container) continue;
    try {
      const pattern = parseOutputPattern(outputFile.filePattern, join(folder, "wd"), environment);
      await logs.out(`Looking for ${outputFile.filePattern} in ${pattern.folder}`);
      const count = await uploadMatching(context, pattern, container, logs, signal);
      await logs.out(`${outputFile.filePattern}: ${count} files uploaded`);
    } catch (error) {
      if (signal.aborted) return undefined;
      const message = describeError(error);
      await logs.error(`${outputFile.filePattern}: ${message}`);
      return createFailureInfo(getFailureCode(error), {
        FilePattern: outputFile.filePattern,
        Message: message,
      });
    }
  }
  return undefined;
}

function isWanted({ uploadOptions }: GivenOutputFile, succeeded: boolean): boolean {
  const { uploadCondition } = uploadOptions;
  return uploadCondition === "TaskCompletion" || succeeded === (uploadCondition === "TaskSuccess");
}

async function uploadMatching(
  context: EngineContext,
  pattern: OutputPattern,
  destination: Destination,
  logs: UploadLogs,
  signal: AbortSignal,
): Promise<number> {
  const container = getContainer(context, destination);
  const options = { ...convertUploadHeaders(destination.uploadHeaders), abortSignal: signal };
  const client = await container.loadClient();
  let count = 0;
  for await (const found of findOutputFiles(pattern)) {
    const blobName = getBlobName(found, pattern, destination.path);
    await uploadFile(client.getBlockBlobClient(blobName), found.path, options);
    await logs.out(`${found.path} -> ${container.name}/${blobName}`);
    count++;
  }
  return count;
}

class NoAccess extends Error {
  override readonly name = "NoAccess";
  readonly statusCode = 403;
}

function getContainer(
  context: EngineContext,
  { containerUrl, identityReference }: Destination,
): StoreContainer {
  if (!identityReference) return openContainerByUrl(containerUrl);
  const container = openContainerByIdentity(context, containerUrl);
  if (container) return container;
  throw new NoAccess(
    "The managed identity can only access containers of the linked storage account, and the container's URL is of another account",
  );
}

/**
 * Returns the blob's name. For a pattern without wildcards it is the path; otherwise the path is a folder for the
 * files.
 */
function getBlobName({ name }: FoundOutput, { file }: OutputPattern, path = ""): string {
  if (file !== undefined) return path === "" ? name : path;
  const folder = path.replace(/\/+$/, "");
  return folder === "" ? name : `${folder}/${name}`;
}

function createUploadVariables(
  context: EngineContext,
  task: TaskRecord,
  node: NodeAddress,
  folder: string,
): Record<string, string> {
  const job = context.state.jobs.get(task.jobId);
  const commonSettings = job && job.given.commonEnvironmentSettings;
  return createEnvironment(context, {
    given: task.given,
    node,
    folder,
    job: { id: task.jobId, taskId: task.id },
    ...(commonSettings && { commonSettings }),
  });
}

function getFailureCode(error: unknown): FailureCode {
  switch (classifyStorageError(error)) {
    case "no container":
      return "FileUploadContainerNotFound";
    case "access denied":
      return "FileUploadAccessDenied";
    case "timed out":
      return "FileUploadTimedOut";
    default:
      return "FileUploadMiscError";
  }
}

interface UploadLogs extends AsyncDisposable {
  out(line: string): Promise<void>;
  error(line: string): Promise<void>;
}

async function openLogs(folder: string): Promise<UploadLogs> {
  const out = await open(join(folder, "fileuploadout.txt"), "w");
  const error = await open(join(folder, "fileuploaderr.txt"), "w");
  const write = async (file: FileHandle, line: string): Promise<void> => {
    await file.appendFile(`${getTimestamp()} ${line}\n`);
  };
  return {
    out: (line) => write(out, line),
    error: (line) => write(error, line),
    [Symbol.asyncDispose]: async () => {
      await out.close();
      await error.close();
    },
  };
}
