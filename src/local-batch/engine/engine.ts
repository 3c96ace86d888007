import { setImmediate as nextTurn } from "node:timers/promises";
import type { BatchState, StateChange } from "../state/batch-state.js";
import type { AutoScaleRunRecord, PoolRecord } from "../state/records.js";
import { Clock } from "../state/clock.js";
import { Autoscaler, describeRun } from "./autoscale/autoscaler.js";
import { Activities } from "./base/activities.js";
import { type EngineContext, type EngineOptions, getGraceInMs } from "./base/engine-context.js";
import { NodeFolders } from "./base/node-folders.js";
import { reconcileAutoPools } from "./jobs/reconcile-auto-pools.js";
import { reconcileJobs } from "./jobs/reconcile-jobs.js";
import { reconcileNodes, updateNodeStates } from "./nodes/reconcile-nodes.js";
import { reconcileSchedules } from "./schedules/reconcile-schedules.js";
import { reconcileTasks } from "./tasks/reconcile-tasks.js";
import { Retention } from "./tasks/retention.js";
import { Scheduler } from "./tasks/scheduler.js";
import { TaskQueue } from "./base/task-queue.js";

/**
 * Makes the machine match the records: folders of nodes, and processes of tasks.
 *
 * To cause an action, change the record of the object: a node is started when its record is set to `starting`. The
 * engine reads all records again after every change, and performs the missing actions, so the result does not depend on
 * the order of changes, or on a restart of the service.
 */
export class Engine {
  readonly #context: EngineContext;
  readonly #clock: Clock;
  readonly #autoscaler: Autoscaler;
  readonly #scheduler: Scheduler;
  readonly #retention: Retention;
  #stopListening: (() => void) | undefined;
  #pendingReconcile: NodeJS.Immediate | undefined;
  /** The last call of `advance`; the next one waits for it. */
  #lastAdvance: Promise<void> = Promise.resolve();
  #alarm: { readonly time: number; readonly timer: NodeJS.Timeout } | undefined;

  constructor(state: BatchState, options: EngineOptions, clock = new Clock()) {
    this.#clock = clock;
    this.#context = {
      state,
      options,
      folders: new NodeFolders(options.folder),
      queue: new TaskQueue(),
      activities: new Activities(() => {
        this.#wake();
      }),
      wakeAt: (time) => {
        this.#wakeAt(time);
      },
    };
    this.#autoscaler = new Autoscaler(this.#context);
    this.#scheduler = new Scheduler(this.#context);
    this.#retention = new Retention(this.#context);
  }

  /** Continues from the state that an earlier service left. */
  start(): void {
    const { state, queue, options } = this.#context;
    for (const task of state.tasks) queue.update(task.jobId, task.id, task);
    const stopListeners = [
      state.onChange((change) => {
        this.#onChange(change);
      }),
      options.faults?.onChange(() => {
        this.#wake();
      }),
    ];
    this.#stopListening = () => {
      for (const stop of stopListeners) stop?.();
    };
    this.#wake();
  }

  /**
   * Ends all processes, and resolves when they are gone. Running tasks are requeued: a service that is started with the
   * folder again runs them again.
   */
  async stop(): Promise<void> {
    this.#stopListening?.();
    this.#stopListening = undefined;
    clearImmediate(this.#pendingReconcile);
    clearTimeout(this.#alarm?.timer);
    for (const activity of this.#context.activities)
      activity.interrupt({ kind: "requeue", graceInMs: getGraceInMs(this.#context) });
    await this.#context.activities.waitUntilEnded();
    await this.#context.state.waitUntilWritten();
  }

  /**
   * Moves the service's clock forward. Calls run one after another. Stops at each time at which something is due, so that everything
   * happens in order. Resolves when everything that is due has been started; processes do not run faster.
   */
  async advance(durationMs: number): Promise<void> {
    const turn = this.#lastAdvance.then(() => this.#advance(durationMs));
    this.#lastAdvance = turn.catch(() => undefined);
    await turn;
  }

  async #advance(durationMs: number): Promise<void> {
    const target = this.#clock.now() + durationMs;
    for (let next = await this.#nextDue(); next <= target; next = await this.#nextDue()) this.#moveTo(next);
    this.#moveTo(target);
    await this.#nextDue();
  }

  /**
   * Evaluates a formula for a pool without changing anything.
   * @throws FormulaError if it cannot be parsed.
   */
  evaluateAutoScale(pool: PoolRecord, formula: string): AutoScaleRunRecord {
    // A formula that has just been enabled must set the targets before another one is evaluated.
    this.#autoscaler.reconcile();
    return describeRun(this.#autoscaler.evaluate(this.#context.state.pools.get(pool.id) ?? pool, formula));
  }

  #moveTo(time: number): void {
    this.#clock.advanceTo(time);
    // The timer was computed from the old time. The reconcilers request it again.
    clearTimeout(this.#alarm?.timer);
    this.#alarm = undefined;
    this.#wake();
  }

  /** Returns the next time after now at which the engine must run, once it has read everything. */
  async #nextDue(): Promise<number> {
    while (this.#pendingReconcile) await nextTurn();
    await this.#context.state.waitUntilWritten();
    const next = this.#alarm?.time ?? Infinity;
    return next > this.#clock.now() ? next : Infinity;
  }

  #onChange({ collection, ids }: StateChange): void {
    const [jobId = "", taskId = ""] = ids;
    if (collection === "tasks") {
      const task = this.#context.state.tasks.get(jobId, taskId);
      this.#context.queue.update(jobId, taskId, task);
      if (task?.state === "completed") this.#retention.noteCompleted(task);
    }
    this.#wake();
  }

  #wake(): void {
    if (!this.#stopListening || this.#pendingReconcile) return;
    this.#pendingReconcile = setImmediate(() => {
      this.#pendingReconcile = undefined;
      this.#clock.run(() => {
        this.#reconcile();
      });
    });
  }

  #wakeAt(time: number): void {
    if (this.#alarm && this.#alarm.time <= time) return;
    clearTimeout(this.#alarm?.timer);
    const wait = Math.min(Math.max(time - this.#clock.now(), 0), 2 ** 31 - 1);
    const timer = setTimeout(() => {
      this.#alarm = undefined;
      this.#wake();
    }, wait);
    this.#alarm = { time, timer };
  }

  #reconcile(): void {
    // Tasks on nodes come first, including those of an earlier service, because their nodes must not be removed before
    // them.
    reconcileTasks(this.#context);
    reconcileAutoPools(this.#context);
    this.#autoscaler.reconcile();
    reconcileNodes(this.#context);
    reconcileSchedules(this.#context);
    reconcileJobs(this.#context);
    this.#scheduler.schedule();
    updateNodeStates(this.#context);
    this.#retention.reconcile();
  }
}
