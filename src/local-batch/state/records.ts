import type { GivenJob } from "../api/job-shapes.js";
import type { GivenPool } from "../api/pool-shapes.js";
import type { GivenSchedule } from "../api/schedule-shapes.js";
import type { GivenTask } from "../api/task-shapes.js";

/**
 * What the local Batch service remembers. `given` is what the client sent, checked, with the defaults that the service
 * fills in; beside it stands what the service itself knows. Times are ISO 8601 in UTC.
 */
export interface Stamped {
  /** Changes with every change that a client can see; without quotes. */
  readonly eTag: string;
  readonly lastModified: string;
  readonly creationTime: string;
  readonly stateTransitionTime: string;
  readonly previousState?: string;
  readonly previousStateTransitionTime?: string;
}

export interface PoolRecord extends Stamped {
  readonly id: string;
  readonly given: GivenPool;
  readonly state: "active" | "deleting";
  /** Dedicated nodes and spot nodes together. */
  readonly targetNodeCount: number;
  /** How many of those are spot nodes (low-priority nodes, in the words of the API). */
  readonly targetSpotNodeCount: number;
  /** When the targets were last changed. */
  readonly resizeTime: string;
  /** What becomes of the tasks on nodes that are taken away; `requeue` where it is absent. */
  readonly nodeDeallocationOption?: TaskDisposition;
  /** Why it has fewer nodes than its targets say, and gets no more. */
  readonly resizeErrors?: readonly { readonly code: string; readonly message: string }[];
  /** The last evaluation of its formula. */
  readonly autoScaleRun?: AutoScaleRunRecord;
  /** When its formula is evaluated next; at once where that is absent. */
  readonly nextAutoScaleTime?: string;
}

/** An evaluation of a pool's formula, as the API has it. */
export interface AutoScaleRunRecord {
  readonly timestamp: string;
  readonly results: string;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly values: readonly { readonly name: string; readonly value: string }[];
  };
}

/** A compute node: a folder on this machine, and slots for tasks. */
export interface NodeRecord extends Stamped {
  readonly poolId: string;
  readonly id: string;
  readonly isDedicated: boolean;
  readonly state:
    | "starting"
    | "waitingforstarttask"
    | "starttaskfailed"
    | "idle"
    | "running"
    | "unusable"
    | "preempted"
    | "leavingpool"
    | "rebooting"
    | "reimaging"
    | "offline";
  readonly startTask?: RunRecord;
  /** When it last began to start; its creation until it is rebooted. */
  readonly lastBootTime?: string;
  /** No tasks are to be started on it; what becomes of those that run, as the client said. */
  readonly schedulingDisabled?: TaskDisposition;
  /** What becomes of its tasks when it is rebooted, reimaged or leaves its pool: `requeue` by default. */
  readonly taskDisposition?: TaskDisposition;
  /** How many tasks have ended on it, and how many of those succeeded. */
  readonly tasksRun?: number;
  readonly tasksSucceeded?: number;
  /** The tasks that ended last, newest first. */
  readonly recentTasks?: readonly RecentTask[];
  /** Names of the users that clients added. */
  readonly users?: readonly string[];
}

/** What becomes of the tasks that run on a node where the node is taken out of service. */
export type TaskDisposition = "requeue" | "terminate" | "taskcompletion" | "retaineddata";

/** A task that ended on a node, as it was then. */
export interface RecentTask {
  readonly jobId: string;
  readonly taskId: string;
  readonly run: Omit<RunRecord, "process">;
}

export interface JobScheduleRecord extends Stamped {
  readonly id: string;
  readonly given: GivenSchedule;
  readonly state: "active" | "disabled" | "terminating" | "completed" | "deleting";
  /** When the next job is due; absent where there is to be none. */
  readonly nextRunTime?: string;
  /** How many jobs it has made: the last one is number so many. */
  readonly jobCount: number;
  readonly recentJobId?: string;
  /** The pool that was made for all of its jobs. */
  readonly autoPoolId?: string;
  readonly endTime?: string;
}

export interface JobRecord extends Stamped {
  readonly id: string;
  /** The schedule that has made it. */
  readonly scheduleId?: string;
  /** The pool that was made for it, or for its schedule. */
  readonly autoPoolId?: string;
  readonly given: GivenJob;
  readonly state: "active" | "disabling" | "disabled" | "enabling" | "terminating" | "completed" | "deleting";
  readonly startTime?: string;
  readonly endTime?: string;
  readonly terminateReason?: string;
  /** What becomes of running tasks, as said when the job was disabled. */
  readonly disableTasks?: "requeue" | "terminate" | "wait";
  /** The service has added its job manager task, which is done once. */
  readonly managerAdded?: boolean;
}

export interface TaskRecord extends Stamped {
  readonly jobId: string;
  readonly id: string;
  readonly given: GivenTask;
  readonly state: "active" | "preparing" | "running" | "completed" | "deleting";
  readonly run: RunRecord;
  /** Where it runs, or ran last. */
  readonly node?: { readonly poolId: string; readonly nodeId: string };
  /** Of a multi-instance task that is or was on nodes: those beside the primary. */
  readonly subtasks?: readonly SubtaskRecord[];
  /** Position in the order in which tasks were added. */
  readonly sequence: number;
}

/** A part of a multi-instance task, on a node beside the one that runs the task's own command. */
export interface SubtaskRecord {
  /** From 1 on. */
  readonly id: number;
  readonly node: { readonly poolId: string; readonly nodeId: string };
  readonly state: "preparing" | "running" | "completed";
  readonly stateTransitionTime: string;
  readonly previousState?: "preparing" | "running" | "completed";
  readonly previousStateTransitionTime?: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly exitCode?: number;
  readonly result?: RunRecord["result"];
  readonly failureInfo?: RunRecord["failureInfo"];
  readonly process?: RunRecord["process"];
}

/** A run of a command: of a task, a start task, a job preparation or release task. */
export interface RunRecord {
  readonly startTime?: string;
  readonly endTime?: string;
  readonly exitCode?: number;
  readonly result?: "success" | "failure";
  readonly failureInfo?: {
    readonly category: "UserError" | "ServerError";
    readonly code: string;
    readonly message: string;
    readonly details?: readonly { readonly name: string; readonly value: string }[];
  };
  readonly retryCount: number;
  readonly lastRetryTime?: string;
  readonly requeueCount: number;
  readonly lastRequeueTime?: string;
  /**
   * The process group that runs it, and the start time of that process in the system's units (in case the id is
   * reused).
   */
  readonly process?: { readonly id: number; readonly startedAt: string };
}

/** A job preparation or release task on one node. */
export interface JobNodeRecord {
  readonly jobId: string;
  readonly poolId: string;
  readonly nodeId: string;
  readonly preparation?: RunRecord & { readonly state: "running" | "completed" };
  readonly release?: RunRecord & { readonly state: "running" | "completed" };
}
