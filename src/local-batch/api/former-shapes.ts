/** Converts values of current responses to those of former API versions. */

export type Properties = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isAdmin(identity: unknown): boolean {
  const { autoUser } = (identity ?? {}) as { readonly autoUser?: { readonly elevationLevel?: string } };
  return autoUser?.elevationLevel === "admin";
}

/** Removes the failure information for an exit code, which was not a scheduling error then. */
export function withoutExitCodeFailure(info: unknown): unknown {
  return isObject(info) && info["code"] === "FailureExitCode" ? undefined : info;
}

/** Removes the scheduling error of a task that a client ended while it ran. It was not a scheduling error then. */
export function withoutEndOfRun(info: unknown): unknown {
  if (!isObject(info) || info["startTime"] === undefined) return info;
  const { schedulingError, ...run } = info;
  return isObject(schedulingError) && schedulingError["code"] === "TaskEnded" ? run : info;
}

/** Removes actions at the end of a job from a schedule if they are `noaction`, which was not shown then. */
export function withoutActionDefaults({ jobSpecification, ...schedule }: Properties): Properties {
  if (!isObject(jobSpecification)) return { ...schedule, jobSpecification };
  const isDefault = ([name, value]: readonly [string, unknown]): boolean =>
    (name === "onAllTasksComplete" || name === "onTaskFailure") && value === "noaction";
  const shown = Object.entries(jobSpecification).filter((property) => !isDefault(property));
  return { ...schedule, jobSpecification: Object.fromEntries(shown) };
}

export function withCurrentOSVersion(pool: Properties): Properties {
  const { cloudServiceConfiguration } = pool;
  if (!isObject(cloudServiceConfiguration)) return pool;
  const currentOSVersion = cloudServiceConfiguration["osVersion"] ?? "*";
  return { ...pool, cloudServiceConfiguration: { ...cloudServiceConfiguration, currentOSVersion } };
}

/** Removes the numbers of tasks from a node that has not booted yet; `totalTasksRun` was shown. */
function withoutCountsBeforeBoot(node: Properties): Properties {
  const isNew = node["state"] === "creating" || node["state"] === "starting";
  if (!isNew || node["lastBootTime"] !== undefined) return node;
  const { runningTasksCount: _running, totalTasksSucceeded: _succeeded, ...rest } = node;
  return rest;
}

/** The name of the endpoint for remote login to a node of a cloud service. */
export const rdpEndpoint = "Microsoft.WindowsAzure.Plugins.RemoteForwarder.RdpInput";

function isRdpEndpoint(endpoint: unknown): boolean {
  return isObject(endpoint) && endpoint["name"] === rdpEndpoint;
}

/** Removes the address from the endpoint of a cloud service's node. */
export function withoutRdpAddress(endpoints: unknown): unknown {
  if (!Array.isArray(endpoints)) return endpoints;
  return endpoints.map((endpoint: unknown) => {
    if (!isObject(endpoint) || !isRdpEndpoint(endpoint)) return endpoint;
    const { publicIPAddress: _, ...rest } = endpoint;
    return rest;
  });
}

/** Adds the address to the endpoint of a cloud service's node. */
export function withRdpAddress(endpoints: unknown): unknown {
  if (!Array.isArray(endpoints)) return endpoints;
  return endpoints.map((endpoint: unknown) =>
    isObject(endpoint) && isRdpEndpoint(endpoint) ? { ...endpoint, publicIPAddress: "127.0.0.1" } : endpoint,
  );
}

/** Removes what the nodes of cloud services did not show, and the counts of nodes that have not booted. */
export function withoutCloudServiceDetails(node: Properties): Properties {
  const { endpointConfiguration } = node;
  const endpoints = isObject(endpointConfiguration) ? endpointConfiguration["inboundEndpoints"] : undefined;
  const isCloudService = Array.isArray(endpoints) && endpoints.some(isRdpEndpoint);
  const { endpointConfiguration: _, nodeAgentInfo: _agent, ...rest } = node;
  return withoutCountsBeforeBoot(isCloudService ? rest : node);
}

/** Writes `Success` and `Failure`. */
export function withLeadingCapital(word: unknown): unknown {
  return typeof word === "string" ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}

/** Adds the scope that automatic users had then unless a client gave one. */
export function withTaskScope(user: unknown): unknown {
  return isObject(user) ? { scope: "task", ...user } : user;
}

/** Adds the start time that tasks had then already while they waited for the job preparation task. */
export function withStartInPreparation(task: Properties): Properties {
  const { state, stateTransitionTime, executionInfo } = task;
  if (state !== "preparing" || !isObject(executionInfo)) return task;
  return { ...task, executionInfo: { startTime: stateTransitionTime, ...executionInfo } };
}

/** Removes the default identity of a start task, which was not shown then. */
export function withoutDefaultIdentity(startTask: unknown): unknown {
  if (!isObject(startTask)) return startTask;
  const { userIdentity, ...rest } = startTask;
  const autoUser = isObject(userIdentity) ? userIdentity["autoUser"] : undefined;
  const isDefault = isObject(autoUser) && autoUser["elevationLevel"] === "nonadmin";
  return isDefault ? rest : startTask;
}

export function withoutEmptyList(list: unknown): unknown {
  return Array.isArray(list) && list.length === 0 ? undefined : list;
}

/** Uses the former names of variables in the results of a formula, from before there were spot nodes. */
export function withFormerTargetNames(results: unknown): unknown {
  if (typeof results !== "string") return results;
  return results
    .replace("$TargetDedicatedNodes=", "$TargetDedicated=")
    .replace(/\$TargetLowPriorityNodes=[^;]*;/, "");
}
