/** Counts completed tasks on the standard error: one line that changes on a terminal, one line a task in a log. */
export function showProgress(taskCount: number): (taskId: string) => void {
  let completed = 0;
  return (taskId) => {
    completed += 1;
    const line = `Task ${taskId} completed (${completed} of ${taskCount})`;
    if (!process.stderr.isTTY) process.stderr.write(`${line}\n`);
    else process.stderr.write(`\r${line}\u001b[K${completed === taskCount ? "\n" : ""}`);
  };
}
