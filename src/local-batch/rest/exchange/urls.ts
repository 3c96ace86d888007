/** Creates the URLs of the service's resources; `endpoint` has no slash at the end. */
export const urls = {
  pool: (endpoint: string, poolId: string) => `${endpoint}/pools/${poolId}`,
  node: (endpoint: string, poolId: string, nodeId: string) => `${endpoint}/pools/${poolId}/nodes/${nodeId}`,
  nodeFile: (endpoint: string, poolId: string, nodeId: string, path: string) =>
    `${endpoint}/pools/${poolId}/nodes/${nodeId}/files/${encodePath(path)}`,
  job: (endpoint: string, jobId: string) => `${endpoint}/jobs/${jobId}`,
  jobSchedule: (endpoint: string, scheduleId: string) => `${endpoint}/jobschedules/${scheduleId}`,
  task: (endpoint: string, jobId: string, taskId: string) => `${endpoint}/jobs/${jobId}/tasks/${taskId}`,
  taskFile: (endpoint: string, jobId: string, taskId: string, path: string) =>
    `${endpoint}/jobs/${jobId}/tasks/${taskId}/files/${encodePath(path)}`,
};

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
