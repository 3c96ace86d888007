import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";

import { jobAdd } from "../../../src/local-batch/api/job-shapes.js";
import { poolAdd } from "../../../src/local-batch/api/pool-shapes.js";
import { task as taskAdd } from "../../../src/local-batch/api/task-shapes.js";
import { Engine } from "../../../src/local-batch/engine/engine.js";
import type { EngineOptions } from "../../../src/local-batch/engine/base/engine-context.js";
import { NodeFolders } from "../../../src/local-batch/engine/base/node-folders.js";
import { BatchState } from "../../../src/local-batch/state/batch-state.js";
import type {
  JobRecord,
  NodeRecord,
  PoolRecord,
  TaskRecord,
} from "../../../src/local-batch/state/records.js";
import { applyChange, createStamps } from "../../../src/local-batch/state/stamps.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

/** Properties of a body, as a client would send them. */
export type Body = Readonly<Record<string, unknown>>;

/** An engine on a state of its own, which is given the records that the REST face would make. Ended with its test. */
export class EngineUnderTest {
  readonly state: BatchState;
  readonly folder: string;
  readonly folders: NodeFolders;
  readonly #engine: Engine;

  private constructor(state: BatchState, folder: string, options: Partial<EngineOptions>) {
    this.state = state;
    this.folder = folder;
    this.folders = new NodeFolders(folder);
    const account = { name: "local", url: "http://127.0.0.1:1" };
    this.#engine = new Engine(state, { folder, account, terminationGraceInMs: 500, ...options });
    this.#engine.start();
  }

  static async start(
    options: Partial<EngineOptions> = {},
    folder = createTemporaryFolder(),
  ): Promise<EngineUnderTest> {
    const engine = new EngineUnderTest(await BatchState.open(folder), folder, options);
    onTestFinished(() => engine.stop());
    return engine;
  }

  /** As a service that is stopped. May be called twice. */
  async stop(): Promise<void> {
    await this.#engine.stop();
    await this.state.close();
  }

  addPool(id: string, nodeCount: number, given: Body = {}): void {
    this.state.pools.put({
      ...createStamps(),
      id,
      given: poolAdd({ id, vmSize: "standard_d2s_v3", virtualMachineConfiguration: {}, ...given }, ""),
      state: "active",
      targetNodeCount: nodeCount,
      targetSpotNodeCount: 0,
      resizeTime: new Date().toISOString(),
    });
  }

  addJob(id: string, poolId: string, given: Body = {}): void {
    const { creationTime: startTime, ...stamps } = createStamps();
    this.state.jobs.put({
      ...stamps,
      creationTime: startTime,
      startTime,
      id,
      given: jobAdd({ id, poolInfo: { poolId }, ...given }, ""),
      state: "active",
    });
  }

  addTask(jobId: string, id: string, commandLine: string, given: Body = {}): void {
    this.state.tasks.put({
      ...createStamps(),
      jobId,
      id,
      given: taskAdd({ id, commandLine, ...given }, ""),
      state: "active",
      run: { retryCount: 0, requeueCount: 0 },
      sequence: this.state.nextSequence(),
    });
  }

  task(jobId: string, id: string): TaskRecord {
    return found(this.state.tasks.get(jobId, id), `task ${jobId}/${id}`);
  }

  job(id: string): JobRecord {
    return found(this.state.jobs.get(id), `job ${id}`);
  }

  nodes(poolId: string): NodeRecord[] {
    return [...this.state.nodes.of(poolId)];
  }

  /** Of a task's folder on the node where it ran last. */
  taskFolder(jobId: string, id: string): string {
    const { node } = this.task(jobId, id);
    return this.folders.task(found(node, `node of ${jobId}/${id}`), jobId, id);
  }

  read(jobId: string, id: string, path: string): string {
    return readFileSync(join(this.taskFolder(jobId, id), path), "utf8");
  }

  changePool(id: string, changes: Partial<PoolRecord>): void {
    this.state.pools.put(applyChange(found(this.state.pools.get(id), `pool ${id}`), changes));
  }

  changeJob(id: string, changes: Partial<JobRecord>): void {
    this.state.jobs.put(applyChange(this.job(id), changes));
  }

  changeTask(jobId: string, id: string, changes: Partial<TaskRecord>): void {
    this.state.tasks.put(applyChange(this.task(jobId, id), changes));
  }

  /** Waits for records: the condition is looked at after each change. */
  async until<T>(condition: () => T | undefined | false): Promise<T> {
    const seen = condition();
    if (seen !== undefined && seen !== false) return seen;
    return await new Promise((resolve) => {
      const stop = this.state.onChange(() => {
        const now = condition();
        if (now === undefined || now === false) return;
        stop();
        resolve(now);
      });
    });
  }

  async completed(jobId: string, ...taskIds: readonly string[]): Promise<TaskRecord> {
    await this.until(() => taskIds.every((id) => this.state.tasks.get(jobId, id)?.state === "completed"));
    return this.task(jobId, taskIds.at(-1) ?? "");
  }

  async jobCompleted(id: string): Promise<JobRecord> {
    return await this.until(() => {
      const job = this.state.jobs.get(id);
      return job?.state === "completed" && job;
    });
  }
}

/** A shell's command, without single quotes, as a command line. */
export function sh(script: string): string {
  return `/bin/sh -c '${script}'`;
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`There is no ${what}`);
  return value;
}

/** Whether a process with this id runs; a zombie does not. */
export function isAlive(processId: number): boolean {
  const status = `/proc/${processId}/stat`;
  return existsSync(status) && !/\) Z /.test(readFileSync(status, "latin1"));
}
