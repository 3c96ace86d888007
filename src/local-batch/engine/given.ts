import type { JobRecord, PoolRecord, TaskRecord, WireObject } from "../state/records.js";

/**
 * What clients give, as far as the engine reads it. The REST face has checked the shapes before a record is made, so that
 * these are views of them and no second check.
 */
export interface GivenCommand {
  readonly id?: string;
  readonly commandLine: string;
  readonly environmentSettings?: readonly { readonly name: string; readonly value?: string }[];
  readonly resourceFiles?: readonly GivenResourceFile[];
  readonly applicationPackageReferences?: readonly GivenApplicationPackage[];
  readonly constraints?: GivenConstraints;
}

export interface GivenConstraints {
  readonly maxWallClockTime?: string;
  readonly retentionTime?: string;
  readonly maxTaskRetryCount?: number;
}

export interface GivenResourceFile {
  readonly httpUrl?: string;
  readonly storageContainerUrl?: string;
  readonly autoStorageContainerName?: string;
  readonly blobPrefix?: string;
  readonly filePath?: string;
  readonly fileMode?: string;
  readonly identityReference?: { readonly resourceId?: string };
}

export interface GivenApplicationPackage {
  readonly applicationId: string;
  readonly version?: string;
}

export interface GivenOutputFile {
  readonly filePattern: string;
  readonly destination: {
    readonly container?: {
      readonly containerUrl: string;
      readonly path?: string;
      readonly identityReference?: { readonly resourceId?: string };
      readonly uploadHeaders?: readonly { readonly name: string; readonly value?: string }[];
    };
  };
  readonly uploadOptions?: { readonly uploadCondition?: string };
}

export interface GivenExitOptions {
  readonly jobAction?: string;
  readonly dependencyAction?: string;
}

export interface GivenExitConditions {
  readonly exitCodes?: readonly { readonly code: number; readonly exitOptions: GivenExitOptions }[];
  readonly exitCodeRanges?: readonly {
    readonly start: number;
    readonly end: number;
    readonly exitOptions: GivenExitOptions;
  }[];
  readonly preProcessingError?: GivenExitOptions;
  readonly fileUploadError?: GivenExitOptions;
  readonly default?: GivenExitOptions;
}

export interface GivenTask extends GivenCommand {
  readonly outputFiles?: readonly GivenOutputFile[];
  readonly exitConditions?: GivenExitConditions;
  readonly requiredSlots?: number;
  readonly dependsOn?: {
    readonly taskIds?: readonly string[];
    readonly taskIdRanges?: readonly { readonly start: number; readonly end: number }[];
  };
}

/** A start task says how often it is retried without `constraints`. */
export interface GivenStartTask extends GivenCommand {
  readonly maxTaskRetryCount?: number;
  readonly waitForSuccess?: boolean;
}

export interface GivenJobPreparation extends GivenCommand {
  readonly waitForSuccess?: boolean;
}

export interface GivenJobRelease extends GivenCommand {
  readonly maxWallClockTime?: string;
  readonly retentionTime?: string;
}

export interface GivenJobManager extends GivenTask {
  readonly id: string;
  readonly displayName?: string;
  readonly killJobOnCompletion?: boolean;
  readonly runExclusive?: boolean;
  readonly allowLowPriorityNode?: boolean;
}

export interface GivenJob {
  readonly poolInfo?: { readonly poolId?: string };
  readonly priority?: number;
  readonly maxParallelTasks?: number;
  readonly constraints?: GivenConstraints;
  readonly commonEnvironmentSettings?: GivenCommand["environmentSettings"];
  readonly jobManagerTask?: GivenJobManager;
  readonly jobPreparationTask?: GivenJobPreparation;
  readonly jobReleaseTask?: GivenJobRelease;
  readonly onAllTasksComplete?: string;
  readonly onTaskFailure?: string;
}

export interface GivenPool {
  readonly taskSlotsPerNode?: number;
  readonly taskSchedulingPolicy?: { readonly nodeFillType?: string };
  readonly startTask?: GivenStartTask;
  readonly applicationPackageReferences?: readonly GivenApplicationPackage[];
}

export function givenTask({ given }: TaskRecord): GivenTask {
  return given as WireObject & GivenTask;
}

export function givenJob({ given }: JobRecord): GivenJob {
  return given;
}

export function givenPool({ given }: PoolRecord): GivenPool {
  return given;
}

/** The service takes the values of its enumerations in any casing, and its clients differ. */
export function sameWord(value: string | undefined, word: string): boolean {
  return value?.toLowerCase() === word;
}

/** The id that a job preparation task has when it is given none. */
export const defaultPreparationId = "jobpreparation";

/** The id that a job release task has when it is given none. */
export const defaultReleaseId = "jobrelease";
