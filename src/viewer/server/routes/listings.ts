import type { JobOutputStorage, OutputFileReference } from "../../../outputs/index.js";
import { createJobItem, createOutputItem } from "../store/items.js";
import { streamMessages } from "../http/message-stream.js";
import type { JobItem, OutputItem, Tally } from "../../protocol/index.js";
import type { ViewerStore } from "../store/store.js";
import { readOutputPages } from "../store/output-pages.js";

/** GET stream of all jobs, ordered by container name: the page sorts them. */
export function streamJobs(request: Request, store: ViewerStore): Response {
  return streamMessages<JobItem>(request, async function* (abortSignal) {
    for await (const page of store.listJobs({ abortSignal }))
      yield page.map((job) => ({ item: createJobItem(job) }));
    yield [{ end: true }];
  });
}

/** GET stream of the outputs of the job itself, or of one task. */
export function streamOutputs(
  request: Request,
  container: string,
  job: JobOutputStorage,
  taskId: string | undefined,
): Response {
  const storage = taskId === undefined ? job : job.getTaskOutputStorage(taskId);
  return streamMessages<OutputItem, Tally>(request, async function* (abortSignal) {
    const tally = { count: 0, bytes: 0, taskCount: taskId === undefined ? 0 : 1 };
    for await (const page of readOutputPages((settings) =>
      storage.listOutputs(undefined, { abortSignal }).byPage(settings),
    )) {
      for (const { size = 0 } of page) {
        tally.count += 1;
        tally.bytes += size;
      }
      yield [
        ...page.map((output: OutputFileReference) => ({ item: createOutputItem(container, output) })),
        { progress: { ...tally } },
      ];
    }
    yield [{ end: true }];
  });
}
