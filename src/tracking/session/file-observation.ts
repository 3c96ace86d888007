import type { FoundSource, ResumePlan } from "../source/resume/resume-plan.js";
import { startSource } from "../source/resume/start-source.js";
import { SeenFiles } from "../source/files/seen-files.js";
import { watchFile } from "./folder-watch.js";
import { type Polled, sharedPoller } from "./poller.js";
import { registerTrackedPath } from "./tracked-paths.js";

const lookIntervalInMs = 1_000;
/** The delay between a file system event and looking at the file. */
const afterRenameInMs = 1;

/**
 * Looks at a file, and holds it open, while its log is being opened: the store may not answer for a long time, and the file may be
 * rotated meanwhile.
 */
export class FileObservation implements Polled {
  /** What is seen of the file through these, also by others, is in what is observed, or is reported as lost. */
  readonly files: SeenFiles;
  readonly #plan: ResumePlan;
  readonly #watch: Disposable | undefined;
  readonly #registered: Disposable | undefined;
  #found: Promise<FoundSource> | undefined;
  #isTaken = false;
  readonly #created = new Set<string>();

  private constructor({ access, path, isTracked }: ResumePlan, isInBackground: boolean) {
    this.files = new SeenFiles(access.files, path);
    this.#plan = { access: { ...access, files: this.files }, path, isTracked };
    if (!isInBackground) return;
    this.#registered = registerTrackedPath(path);
    this.#watch = watchFile(path, (event) => {
      if (event === "rename") sharedPoller.hurry(this, afterRenameInMs);
    });
    sharedPoller.add(this);
  }

  /**
   * Resolves when the file has been looked at.
   *
   * @param isInBackground - Whether it is looked at again every second; otherwise only when `look` is called.
   */
  static async start(plan: ResumePlan, { isInBackground = true } = {}): Promise<FileObservation> {
    const observation = new FileObservation(plan, isInBackground);
    await observation.poll();
    return observation;
  }

  /** Errors are not reported here, because `look` throws them. */
  async poll(): Promise<number> {
    await this.look().catch(ignoreError);
    return lookIntervalInMs;
  }

  /** Returns the content of the file since this was created. In it nothing is stored. */
  async look(): Promise<FoundSource> {
    const { source } = await this.#start();
    await source.look();
    return { source, first: source.current };
  }

  /** Must be called before a log is created for what was observed: the answer of the store may be lost. */
  addCreated(logId: string): void {
    this.#created.add(logId);
  }

  /** Whether the log was created for what is observed. Nothing else is known to be in it. */
  hasCreated(logId: string): boolean {
    return this.#created.has(logId);
  }

  /** Ends the observation. The caller of `look` continues with the source, and closes it. */
  async handOver(): Promise<void> {
    this.#isTaken = true;
    await this.close();
  }

  /** Ends the observation, and closes the files. */
  async close(): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    this.#registered?.[Symbol.dispose]();
    sharedPoller.remove(this);
    if (this.#isTaken) return;
    const found = await this.#found?.catch(ignoreError);
    await found?.source.close();
  }

  /** Starts again after an error: the file may not have been readable. */
  async #start(): Promise<FoundSource> {
    const found = (this.#found ??= startSource(this.#plan));
    try {
      return await found;
    } catch (error) {
      if (this.#found === found) this.#found = undefined;
      throw error;
    }
  }
}

function ignoreError(error: unknown): undefined {
  if (!(error instanceof Error)) throw error;
  return undefined;
}
