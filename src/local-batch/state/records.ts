import type { GivenJob } from "../api/job-shapes.js";
import type { GivenPool } from "../api/pool-shapes.js";
import type { GivenSchedule } from "../api/schedule-shapes.js";
import type { GivenTask } from "../api/task-shapes.js";

/**
 * The records of the local Batch service. `given` is the checked body of the client's request, with the service's defaults;
 * the other properties are set by the service. Times are ISO 8601 in UTC.
 */
export interface Stamped {
  /** Changes with each change that a client makes. It has no quotes. */
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
  /** The target number of dedicated nodes and spot nodes together. */
  readonly targetNodeCount: number;
  /** The target number of spot nodes, which the API calls low-priority nodes. */
  readonly targetSpotNodeCount: number;
  /** When the targets were last changed. */
  readonly resizeTime: string;
  /** The timeout of the resize that was requested last, if the client gave one. */
  readonly resizeTimeout?: string;
  /** The action for tasks on nodes that are removed; `requeue` by default. */
  readonly nodeDeallocationOption?: TaskDisposition;
  /** The reasons why the pool does not have its target size. */
  readonly resizeErrors?: readonly { readonly code: string; readonly message: string }[];
  /** The last evaluation of its autoscale formula. */
  readonly autoScaleRun?: AutoScaleRunRecord;
  /** The time of the next evaluation; if absent, the formula is evaluated immediately. */
  readonly nextAutoScaleTime?: string;
}

/** An evaluation of an autoscale formula, in the form of the API. */
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
    | "deallocating"
    | "deallocated"
    | "offline";
  readonly startTask?: RunRecord;
  /** The time of its last reboot; if absent, its creation time. */
  readonly lastBootTime?: string;
  /** If present, no tasks are started on it. The value is the action for its running tasks. */
  readonly schedulingDisabled?: TaskDisposition;
  /** The action for its tasks when it is rebooted, reimaged or removed; `requeue` by default. */
  readonly taskDisposition?: TaskDisposition;
  /** The number of tasks that have ended on it, and of those that succeeded. */
  readonly tasksRun?: number;
  readonly tasksSucceeded?: number;
  /** The tasks that have ended on it most recently, newest first. */
  readonly recentTasks?: readonly RecentTask[];
  /** Why the node is unusable. */
  readonly errors?: readonly { readonly code: string; readonly message: string }[];
  /** The names of users that clients have added. */
  readonly users?: readonly string[];
}

/** The action for running tasks of a node that is rebooted, reimaged or removed. */
export type TaskDisposition = "requeue" | "terminate" | "taskcompletion" | "retaineddata";

/** A task that has ended on a node, as it was at that time. */
export interface RecentTask {
  readonly jobId: string;
  readonly taskId: string;
  readonly run: Omit<RunRecord, "process">;
}

export interface JobScheduleRecord extends Stamped {
  readonly id: string;
  readonly given: GivenSchedule;
  readonly state: "active" | "disabled" | "terminating" | "completed" | "deleting";
  /** The time at which the next job is due; absent if there is none. */
  readonly nextRunTime?: string;
  /** The number of jobs that it has created, which is also the number of the last one. */
  readonly jobCount: number;
  readonly recentJobId?: string;
  /** The pool that was created for all of its jobs. */
  readonly autoPoolId?: string;
  readonly endTime?: string;
}

export interface JobRecord extends Stamped {
  readonly id: string;
  /** The schedule that has created it. */
  readonly scheduleId?: string;
  /** The pool that was created for it, or for its schedule. */
  readonly autoPoolId?: string;
  readonly given: GivenJob;
  readonly state: "active" | "disabling" | "disabled" | "enabling" | "terminating" | "completed" | "deleting";
  readonly startTime?: string;
  readonly endTime?: string;
  readonly terminateReason?: string;
  /** The action for running tasks, as requested when the job was disabled. */
  readonly disableTasks?: "requeue" | "terminate" | "wait";
  /** Whether the service has added its job manager task. */
  readonly managerAdded?: boolean;
}

export interface TaskRecord extends Stamped {
  readonly jobId: string;
  readonly id: string;
  readonly given: GivenTask;
  readonly state: "active" | "preparing" | "running" | "completed" | "deleting";
  readonly run: RunRecord;
  /** The node on which it runs or last ran. */
  readonly node?: { readonly poolId: string; readonly nodeId: string };
  /** The subtasks of a multi-instance task that runs or has run. */
  readonly subtasks?: readonly SubtaskRecord[];
  /** Position in the order in which tasks were added. */
  readonly sequence: number;
}

/** An instance of a multi-instance task other than the primary, which runs the task's own command. */
export interface SubtaskRecord {
  /** The number of the subtask; the first is 1. */
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
