import type { ApiVersion } from "./api-versions.js";
import {
  isAdmin,
  isObject,
  type Properties,
  withCurrentOSVersion,
  withFormerTargetNames,
  withLeadingCapital,
  withoutActionDefaults,
  withoutCloudServiceDetails,
  withRdpAddress,
  withoutRdpAddress,
  withoutDefaultIdentity,
  withoutEmptyList,
  withoutEndOfRun,
  withoutExitCodeFailure,
  withStartInPreparation,
  withTaskScope,
} from "./former-shapes.js";

/** The kind of entity in a response, as named in its `odata.metadata`. */
export type AnswerKind = (typeof answerKinds)[number];

const answerKinds = [
  "jobs",
  "jobschedules",
  "nodes",
  "poolnodecounts",
  "pools",
  "poolusagemetrics",
  "taskcountsresult",
  "tasks",
  "other",
] as const;

/** Returns the kind of a response from its name in `odata.metadata`. */
export function getAnswerKind(name: string): AnswerKind {
  return answerKinds.find((kind) => kind === name) ?? "other";
}

/** A property that a version renamed. Its value may have changed too. */
export interface ChangedProperty {
  /** The kinds of responses that have it; all by default. */
  readonly in?: readonly AnswerKind[];
  readonly now: string;
  readonly before: string;
  /** Converts the current value to the former one; the same value by default. */
  readonly toFormer?: (value: unknown) => unknown;
  /** Converts the former value to the current one; the same value by default. */
  readonly toCurrent?: (value: unknown) => unknown;
}

/** The differences of an API version from the previous one. */
export interface VersionChange {
  readonly version: ApiVersion;
  readonly changed?: readonly ChangedProperty[];
  /** Properties that the version added, at any depth of the responses of a kind. */
  readonly added?: Partial<Record<AnswerKind, readonly string[]>>;
  /** Properties that the version removed, at any depth of the responses of a kind. */
  readonly removed?: Partial<Record<AnswerKind, readonly string[]>>;
  /** Responses whose whole structure the version changed: converts the current form to the former one. */
  readonly reshaped?: Partial<Record<AnswerKind, (entity: Properties) => Properties>>;
}

const taskKinds = ["jobs", "jobschedules", "tasks"] as const;

const fileSources = ["autoStorageContainerName", "storageContainerUrl", "blobPrefix"] as const;

/**
 * The changes of each version, oldest first. The changes after its version convert a request to the current form, and its
 * response back, newest first. Sources: recorded responses of the service, the models of the clients for these versions,
 * and the service's definitions from 2022-10-01.16.0 on.
 */
export const versionChanges: readonly VersionChange[] = [
  {
    version: "2016-07-01.3.1",
    added: {
      jobs: ["onAllTasksComplete", "onTaskFailure"],
      jobschedules: ["onAllTasksComplete", "onTaskFailure"],
      tasks: ["exitConditions", "applicationPackageReferences"],
      pools: ["networkConfiguration"],
    },
  },
  {
    version: "2017-01-01.4.0",
    reshaped: { jobschedules: withoutActionDefaults },
    changed: [
      {
        now: "userIdentity",
        before: "runElevated",
        toFormer: isAdmin,
        toCurrent: (elevated) => ({
          autoUser: { elevationLevel: elevated === true ? "admin" : "nonadmin" },
        }),
      },
    ],
    added: {
      pools: ["userAccounts", "osDisk"],
      ...Object.fromEntries(
        taskKinds.map((kind) => [kind, ["authenticationTokenSettings", "dependencyAction"]]),
      ),
    },
  },
  {
    version: "2017-05-01.5.0",
    changed: [
      { now: "targetDedicatedNodes", before: "targetDedicated" },
      { now: "currentDedicatedNodes", before: "currentDedicated" },
      {
        now: "resizeErrors",
        before: "resizeError",
        toFormer: (errors) => (Array.isArray(errors) ? (errors[0] as unknown) : errors),
      },
      { now: "preProcessingError", before: "schedulingError" },
      { now: "failureInfo", before: "schedulingError", toFormer: withoutExitCodeFailure },
      { in: ["tasks"], now: "executionInfo", before: "executionInfo", toFormer: withoutEndOfRun },
      // The scope of an automatic user was the task unless the client said otherwise.
      { now: "autoUser", before: "autoUser", toFormer: withTaskScope },
      { now: "results", before: "results", toFormer: withFormerTargetNames },
    ],
    reshaped: { tasks: withStartInPreparation },
    added: {
      pools: ["currentLowPriorityNodes", "targetLowPriorityNodes", "linuxUserConfiguration"],
      nodes: ["isDedicated", "result"],
      tasks: ["outputFiles", "fileUploadError", "result"],
      jobs: ["outputFiles", "allowLowPriorityNode"],
      jobschedules: ["outputFiles", "allowLowPriorityNode"],
      other: ["result"],
    },
  },
  {
    version: "2017-09-01.6.0",
    changed: [{ now: "startTask", before: "startTask", toFormer: withoutDefaultIdentity }],
    added: {
      pools: ["dataDisks", "licenseType", "containerConfiguration", "endpointConfiguration"],
      nodes: ["endpointConfiguration", "containerInfo"],
      tasks: ["containerSettings", "containerInfo"],
      jobs: ["containerSettings"],
      jobschedules: ["containerSettings"],
    },
  },
  {
    version: "2018-03-01.6.1",
    changed: [
      {
        in: ["pools"],
        now: "certificateReferences",
        before: "certificateReferences",
        toFormer: withoutEmptyList,
      },
    ],
  },
  {
    version: "2018-08-01.7.0",
    changed: [{ now: "result", before: "result", toFormer: withLeadingCapital }],
    added: { nodes: ["nodeAgentInfo"] },
    reshaped: { taskcountsresult: (counts) => ({ ...counts, validationStatus: "Validated" }) },
  },
  {
    version: "2018-12-01.8.0",
    changed: [
      { now: "httpUrl", before: "blobSource" },
      { in: ["pools", "jobs", "jobschedules"], now: "osVersion", before: "targetOSVersion" },
    ],
    removed: { poolusagemetrics: ["dataIngressGiB", "dataEgressGiB"], nodes: ["subtaskId"] },
    reshaped: { pools: withCurrentOSVersion, nodes: withoutCloudServiceDetails },
    added: {
      pools: ["windowsUserConfiguration", ...fileSources],
      jobs: ["networkConfiguration"],
      tasks: fileSources,
      nodes: fileSources,
    },
  },
  { version: "2019-06-01.9.0", added: { pools: ["sourcePortRanges"] } },
  {
    version: "2019-08-01.10.0",
    // By default, tasks did not wait for the start task.
    changed: [
      {
        now: "startTask",
        before: "startTask",
        toCurrent: (given) => (isObject(given) ? { waitForSuccess: false, ...given } : given),
      },
      {
        in: ["nodes"],
        now: "certificateReferences",
        before: "certificateReferences",
        toFormer: withoutEmptyList,
      },
    ],
    added: { pools: ["mountConfiguration", "dynamicVNetAssignmentScope"] },
  },
  {
    version: "2020-03-01.11.0",
    added: {
      pools: ["publicIPAddressConfiguration", "diskEncryptionConfiguration"],
      nodes: ["exactVersion"],
    },
  },
  {
    version: "2020-09-01.12.0",
    changed: [
      { now: "taskSlotsPerNode", before: "maxTasksPerNode" },
      { in: ["nodes"], now: "inboundEndpoints", before: "inboundEndpoints", toFormer: withRdpAddress },
    ],
    added: {
      tasks: ["requiredSlots"],
      jobs: ["requiredSlots"],
      jobschedules: ["requiredSlots"],
      nodes: ["runningTaskSlotsCount"],
    },
    reshaped: { taskcountsresult: ({ taskCounts }) => taskCounts as Properties },
  },
  {
    version: "2021-06-01.14.0",
    added: {
      jobs: ["maxParallelTasks"],
      jobschedules: ["maxParallelTasks"],
      nodes: ["virtualMachineInfo"],
      pools: ["identityReference", "nodePlacementConfiguration", "ephemeralOSDiskSettings"],
      // The end of support of the images listed here was announced while this version was current.
      other: ["batchSupportEndOfLife"],
    },
  },
  {
    version: "2022-01-01.15.0",
    added: { jobs: ["allowTaskPreemption"], jobschedules: ["allowTaskPreemption"] },
  },
  {
    version: "2022-10-01.16.0",
    changed: [
      { in: ["nodes"], now: "inboundEndpoints", before: "inboundEndpoints", toFormer: withoutRdpAddress },
    ],
    added: { pools: ["targetNodeCommunicationMode", "currentNodeCommunicationMode"] },
  },
  {
    version: "2023-11-01.18.0",
    added: { pools: ["resourceTags", "securityProfile"] },
  },
  {
    version: "2024-02-01.19.0",
    added: { pools: ["upgradePolicy"], poolnodecounts: ["upgradingOS"] },
  },
  {
    version: "2024-07-01.20.0",
    added: { poolnodecounts: ["deallocated", "deallocating"] },
    removed: { pools: ["cloudServiceConfiguration", "applicationLicenses"] },
  },
  {
    version: "2025-06-01",
    removed: { pools: ["certificateReferences"], nodes: ["certificateReferences"] },
  },
];
