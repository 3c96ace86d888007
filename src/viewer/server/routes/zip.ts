import { linkAbort, type LinkedAbort } from "../../../core/index.js";
import { createPathFilter, type JobOutputStorage, type OutputFileReference } from "../../../outputs/index.js";
import type { ZipRequest } from "../../protocol/index.js";
import { formatContentDisposition } from "../http/content-disposition.js";
import {
  readBody,
  requireTextMember,
  readTextsMember,
  parseObject,
  readTextMember,
} from "../http/request-body.js";
import { createBadRequestError } from "../http/viewer-error.js";
import { getOutputOfBlob, type ViewerStore } from "../store/store.js";
import { type WantedOutput, createZip } from "../store/zip-files.js";

/** The policy for errors: the page downloads a zip in a frame of its own, and reads an error in it. */
export const refusalPolicy = "default-src 'none'; frame-ancestors 'self'";

/** POST (form field `selection`): the selected outputs as one zip, streamed. */
export async function sendZip(request: Request, store: ViewerStore): Promise<Response> {
  const form = new URLSearchParams(await readBody(request));
  const wanted = zipRequest(parseObject(form.get("selection") ?? ""));
  const job = store.getJob(wanted.container);
  const reading = linkAbort(request.signal);
  const files = await createZip(readSelection(wanted, job, store, reading.signal), reading.signal);
  const name = [job.jobId ?? wanted.container, wanted.taskId, wanted.kind].filter(Boolean).join("-");
  return new Response(untilGone(files, reading), {
    headers: {
      "content-type": "application/zip",
      "content-disposition": formatContentDisposition("attachment", `${name}.zip`),
    },
  });
}

function zipRequest(body: object): ZipRequest {
  const [taskId, kind] = [readTextMember(body, "taskId"), readTextMember(body, "kind")];
  const blobNames = readTextsMember(body, "blobNames");
  const taskIds = readTextsMember(body, "taskIds");
  const include = readTextMember(body, "include");
  return {
    container: requireTextMember(body, "container"),
    ...(taskId === undefined ? {} : { taskId }),
    ...(kind === undefined ? {} : { kind }),
    ...(taskIds === undefined ? {} : { taskIds }),
    ...(blobNames === undefined ? {} : { blobNames }),
    ...(include === undefined ? {} : { include: requireSimpleGlob(include) }),
    isFlat: Reflect.get(body, "isFlat") === true,
  };
}

/** With more, names that are chosen for it could keep the server busy for minutes. */
const maxWildcards = 2;

function requireSimpleGlob(include: string): string {
  if ((include.match(/\*+/g) ?? []).length <= maxWildcards) return include;
  throw createBadRequestError("include", `must have at most ${maxWildcards} *`);
}

/** The selected outputs. Their names in the zip are those in the store, without the prefix that the request implies. */
async function* readSelection(
  request: ZipRequest,
  job: JobOutputStorage,
  store: ViewerStore,
  abortSignal: AbortSignal,
): AsyncGenerator<WantedOutput> {
  const { container, taskId, taskIds, kind, blobNames, include } = request;
  const isIncluded = createPathFilter(include === undefined ? [] : [include], []);
  const listed = taskId === undefined ? listSelected(job, taskIds, abortSignal) : undefined;
  const outputs =
    blobNames?.map((name) => getOutputOfBlob(store, container, name)) ??
    listed ??
    job.getTaskOutputStorage(taskId ?? "").listOutputs(kind, { abortSignal });
  for await (const output of outputs) {
    if (kind !== undefined && output.kind !== kind) continue;
    if (isIncluded(output.filePath)) yield { output, path: formatZipPath(output, request) };
  }
}

/** Names that are equal are changed later, so that none is lost. */
function formatZipPath(output: OutputFileReference, { taskId, kind, isFlat = false }: ZipRequest): string {
  if (isFlat)
    return `${output.taskId ?? "job"}-${output.filePath.slice(output.filePath.lastIndexOf("/") + 1)}`;
  const task = output.taskId === undefined || output.taskId === taskId ? "" : `${output.taskId}/`;
  return `${task}${kind === undefined ? `$${output.kind}/` : ""}${output.filePath}`;
}

/** The outputs of the whole job, or those of some tasks one after the other. */
async function* listSelected(
  job: JobOutputStorage,
  taskIds: readonly string[] | undefined,
  abortSignal: AbortSignal,
): AsyncGenerator<OutputFileReference> {
  if (taskIds === undefined) yield* job.listAllOutputs({ abortSignal });
  else
    for (const taskId of taskIds)
      yield* job.getTaskOutputStorage(taskId).listOutputs(undefined, { abortSignal });
}

/** The zip stream does not report that its reader disconnected: without this, pending requests would continue. */
function untilGone(files: ReadableStream<Uint8Array>, reading: LinkedAbort): ReadableStream<Uint8Array> {
  const reader = files.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        reading.abort();
        // It rejects with the reason of the abort, which is expected.
        await Promise.allSettled([reader.cancel(new Error("The reader went away"))]);
      },
    },
    { highWaterMark: 0 },
  );
}
