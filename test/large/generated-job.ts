import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline, Readable } from "node:stream";

/** A job whose tasks all failed: each has a record of its run, a log and results. */
export interface GeneratedJobOptions {
  readonly taskCount: number;
  /** The size of each log; the error is its last line. */
  readonly logBytes?: number;
  /** The number of blobs of each task, besides its record: a log, and results. Default: 2. */
  readonly blobsPerTask?: number;
  /** Default: true. Without records it is not known how the tasks ended. */
  readonly isRecorded?: boolean;
}

/** A server that answers as a Blob service with one container whose contents are computed, not stored. */
export interface GeneratedJob extends AsyncDisposable {
  readonly containerUrl: string;
  /** The requests that it could not answer. */
  readonly unknownRequests: readonly string[];
}

const lastModified = "Sat, 28 Nov 2026 16:30:00 GMT";
const recordsPrefix = ".batch-outputs/$TaskRun/";
const work = Buffer.from("2026-11-28T16:30:00Z INFO frame rendered, nothing to see here\n");
const filler = Buffer.alloc(1024 * work.length, work);
const causes = ["KeyError: 'lat'", "OSError: [Errno 28] No space left on device", "MemoryError"];

/** Starts the server. 100,000 tasks take it a second for a listing, where storing them would take minutes. */
export async function startGeneratedJob(options: GeneratedJobOptions): Promise<GeneratedJob> {
  const unknownRequests: string[] = [];
  const server = createServer((request, response) => {
    if (answer(request, response, options)) return;
    unknownRequests.push(`${request.method} ${request.url}`);
    response.writeHead(400, { "x-ms-error-code": "UnsupportedQueryParameter" }).end();
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return {
    containerUrl: `http://127.0.0.1:${port}/account/job-generated?sv=2024-08-04&sr=c&sp=rl&sig=c2ln`,
    unknownRequests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function listen(server: Server): Promise<void> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
}

/** Returns whether the request is one that it knows. */
function answer(request: IncomingMessage, response: ServerResponse, options: GeneratedJobOptions): boolean {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://store");
  if (request.method === "GET" && searchParams.get("comp") === "list") {
    if (searchParams.has("delimiter")) return false;
    response.writeHead(200, { "content-type": "application/xml" }).end(formatPage(searchParams, options));
    return true;
  }
  const [, taskNumber] =
    /^\/account\/job-generated\/task-(\d{7})\/(?:\$|%24)TaskLog\/stderr\.txt$/.exec(pathname) ?? [];
  if (request.method !== "GET" || taskNumber === undefined) return false;
  sendLog(request, response, Number(taskNumber), options.logBytes ?? defaultLogBytes);
  return true;
}

const defaultLogBytes = 1024;
function formatPage(parameters: URLSearchParams, options: GeneratedJobOptions): string {
  const properties = formatProperties(options.logBytes ?? defaultLogBytes);
  const prefix = parameters.get("prefix") ?? "";
  const first = Number(parameters.get("marker") ?? 0);
  const [start, end] = findRange(prefix, options);
  const from = Math.max(start, first);
  const to = Math.min(end, from + Number(parameters.get("maxresults") ?? 5000));
  const blobs = Array.from({ length: Math.max(0, to - from) }, (_, index) =>
    formatBlob(from + index, options, properties),
  ).join("");
  const next = to < end ? `<NextMarker>${to}</NextMarker>` : "<NextMarker />";
  return `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="https://store/" ContainerName="job-generated"><Blobs>${blobs}</Blobs>${next}</EnumerationResults>`;
}

/** Numbers are in the order of names: all records, and then the outputs of one task after the other. */
function findRange(
  prefix: string,
  { taskCount, blobsPerTask = 2, isRecorded = true }: GeneratedJobOptions,
): [number, number] {
  const firstRecord = isRecorded ? 0 : taskCount;
  if (prefix === "") return [firstRecord, (1 + blobsPerTask) * taskCount];
  if (prefix === recordsPrefix) return [firstRecord, taskCount];
  const [, task] = /^task-(\d{7})\/\$?$/.exec(prefix) ?? [];
  const firstOfTask = taskCount + blobsPerTask * Number(task);
  if (task !== undefined) return [firstOfTask, firstOfTask + blobsPerTask];
  // The job itself saved nothing, and no task ended in an unknown way.
  if (prefix.startsWith("$") || prefix.startsWith(recordsPrefix)) return [0, 0];
  throw new Error(`a listing of ${prefix}`);
}

function formatBlob(
  number: number,
  { taskCount, blobsPerTask = 2 }: GeneratedJobOptions,
  properties: string,
): string {
  const isRecord = number < taskCount;
  const task = isRecord ? number : Math.floor((number - taskCount) / blobsPerTask);
  const taskId = `task-${String(task).padStart(7, "0")}`;
  if (isRecord) {
    const record = `{&quot;version&quot;:1,&quot;taskId&quot;:&quot;${taskId}&quot;,${ended}&quot;nodeId&quot;:&quot;node-${task % 50}&quot;}`;
    return `<Blob><Name>${recordsPrefix}${taskId}/20261128T163000123Z-1a2b3c4d.json</Name>${properties}<Metadata><taskrun>${record}</taskrun></Metadata><OrMetadata /></Blob>`;
  }
  const index = (number - taskCount) % blobsPerTask;
  const result = blobsPerTask === 2 ? "result" : `result-${String(index).padStart(7, "0")}`;
  return `<Blob><Name>${taskId}/$${index === 0 ? "TaskLog/stderr.txt" : `TaskOutput/${result}.csv`}</Name>${properties}<Metadata /><OrMetadata /></Blob>`;
}

const ended =
  `"jobId":"generated","source":"run","state":"ended","startedAt":"2026-11-28T16:30:00.123Z","endedAt":"2026-11-28T16:31:00.456Z","exitCode":1,"command":["python3","frame.py"],`.replaceAll(
    '"',
    "&quot;",
  );
const formatProperties = (logBytes: number): string =>
  `<Properties><Creation-Time>${lastModified}</Creation-Time><Last-Modified>${lastModified}</Last-Modified><Etag>0x8DE2E9A5B1C0D00</Etag><Content-Length>${logBytes}</Content-Length><Content-Type>text/plain</Content-Type><Content-Encoding /><Content-Language /><Content-CRC64 /><Content-MD5 /><Cache-Control /><Content-Disposition /><BlobType>BlockBlob</BlobType><AccessTier>Hot</AccessTier><AccessTierInferred>true</AccessTierInferred><LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState><ServerEncrypted>true</ServerEncrypted></Properties>`;

function sendLog(request: IncomingMessage, response: ServerResponse, task: number, logBytes: number): void {
  const end = Buffer.from(`\n${causes[task % causes.length]}\n`);
  const [, first = "0", last = ""] =
    /^bytes=(\d+)-(\d*)$/.exec(String(request.headers["x-ms-range"] ?? request.headers.range)) ?? [];
  const start = Number(first);
  const stop = Math.min(logBytes, last === "" ? logBytes : Number(last) + 1);
  response.writeHead(206, {
    ...{ etag: '"0x8DE2E9A5B1C0D00"', "last-modified": lastModified, "x-ms-blob-type": "BlockBlob" },
    ...{ "content-length": stop - start, "content-range": `bytes ${start}-${stop - 1}/${logBytes}` },
    ...{ "content-type": "text/plain", "x-ms-version": "2024-08-04" },
  });
  pipeline(Readable.from(readLog(start, stop, logBytes - end.length, end)), response, () => undefined);
}

/** Yields a range of a log: lines of its work, and its end from a position on. */
function* readLog(start: number, stop: number, endStart: number, end: Buffer): Generator<Buffer> {
  for (let at = start; at < stop;) {
    const skipped = at % work.length;
    const part =
      at < endStart
        ? filler.subarray(skipped, skipped + Math.min(endStart, stop) - at)
        : end.subarray(at - endStart, stop - endStart);
    yield part;
    at += part.length;
  }
}
