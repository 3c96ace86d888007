import type { JobOutputStorage, OutputFileReference } from "../../../outputs/index.js";
import type { KindTally, StreamMessage, Tally, TaskItem } from "../../protocol/index.js";
import { streamMessages } from "../http/message-stream.js";
import { readOutputPages } from "../store/output-pages.js";

/**
 * GET stream of the job's tasks with their tallies: one listing of all outputs, one page in memory at a time. Without
 * the tasks if `?tally` is given.
 */
export function streamTasks(request: Request, job: JobOutputStorage): Response {
  const hasItems = !new URL(request.url).searchParams.has("tally");
  return streamMessages<TaskItem, Tally>(request, async function* (abortSignal) {
    const tally = { count: 0, bytes: 0, taskCount: 0 };
    let newest: Date | undefined;
    let current: TaskTally | undefined;
    for await (const page of readOutputPages((settings) =>
      job.listAllOutputs({ abortSignal }).byPage(settings),
    )) {
      const messages: StreamMessage<TaskItem, Tally>[] = [];
      for (const output of page) {
        tally.count += 1;
        tally.bytes += output.size ?? 0;
        if (output.lastModified && (!newest || output.lastModified > newest)) newest = output.lastModified;
        if (output.taskId === undefined) continue;
        if (output.taskId !== current?.taskId) {
          if (current && hasItems) messages.push({ item: current.toItem() });
          current = new TaskTally(output.taskId);
          tally.taskCount += 1;
        }
        current.add(output);
      }
      yield [...messages, { progress: { ...tally, ...(newest && { lastModified: newest.toISOString() }) } }];
    }
    yield [...(current && hasItems ? [{ item: current.toItem() }] : []), { end: true }];
  });
}

/** The tally of one task. */
class TaskTally {
  readonly taskId: string;
  readonly #kinds = new Map<string, { count: number; bytes: number }>();
  #lastModified = new Date(0);
  #keptAttempts = 0;

  constructor(taskId: string) {
    this.taskId = taskId;
  }

  add({ kind, size = 0, lastModified, log }: OutputFileReference): void {
    const tally = this.#kinds.get(kind) ?? { count: 0, bytes: 0 };
    this.#kinds.set(kind, { count: tally.count + 1, bytes: tally.bytes + size });
    if (lastModified && lastModified > this.#lastModified) this.#lastModified = lastModified;
    this.#keptAttempts = Math.max(this.#keptAttempts, log?.attempt ?? 0);
  }

  toItem(): TaskItem {
    const kinds: KindTally[] = Array.from(this.#kinds, ([kind, tally]) => ({ kind, ...tally }));
    return {
      taskId: this.taskId,
      kinds,
      count: kinds.reduce((sum, { count }) => sum + count, 0),
      bytes: kinds.reduce((sum, { bytes }) => sum + bytes, 0),
      lastModified: this.#lastModified.toISOString(),
      attempts: this.#keptAttempts + 1,
    };
  }
}
