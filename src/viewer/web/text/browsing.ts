import { formatCounted } from "./format-counted.js";

const number = new Intl.NumberFormat("en");

/** English texts of the frame and of the screens of jobs, a job and a task, in one place for translation. */
export const browsing = {
  product: "Azure Batch outputs",
  title: (place: string) => `${place} – Azure Batch outputs`,
  skip: "Skip to the content",
  breadcrumbs: "You are here",
  jobs: "Jobs",
  loading: "Loading…",
  cancel: "Cancel",
  close: "Close",
  refresh: "Refresh",
  refreshHow: "Refresh (r)",
  stop: "Stop",
  continue: "Continue",
  more: "More",
  help: "Keyboard shortcuts",
  utc: "Exact times in UTC",
  utcShort: "UTC",
  filterHint: "Filter ( / )",
  filterHintOther: "Filter",
  filterHow:
    "Words in any order; -word excludes. Also kind:TaskLog, and for tasks state:failed and exit:137. Press / to filter, Enter to open the first row that is found.",
  clearFilter: "Clear the filter",
  status: {
    loading: (count: string) => `${count} so far…`,
    stopped: (count: string) => `${count} so far: stopped, there is more`,
    complete: (count: string) => count,
    failed: (count: string) => `${count}: not all, the listing failed`,
    unanswered: (span: string) => `no answer for ${span}, trying again`,
  },
  jobCount: (count: number) => formatCounted(count, "job", "jobs"),
  jobsOf: (count: number, all: number) => `${number.format(count)} of ${formatCounted(all, "job", "jobs")}`,
  tasks: (count: number) => formatCounted(count, "task", "tasks"),
  tasksOf: (count: number, all: number) =>
    `${number.format(count)} of ${formatCounted(all, "task", "tasks")}`,
  files: (count: number) => formatCounted(count, "file", "files"),
  filesOf: (count: number, all: number) =>
    `${number.format(count)} of ${formatCounted(all, "file", "files")}`,
  andMore: (count: number) => `and ${number.format(count)} more`,
  holds: (tasks: number, files: number, size: string) =>
    `${formatCounted(tasks, "task", "tasks")}, ${formatCounted(files, "file", "files")}, ${size}`,
  soFar: (text: string) => `${text} so far…`,
  notCounted: "not counted",
  prepared: "prepared",
  columns: {
    job: "Job",
    container: "Container",
    holds: "Saved",
    task: "Task",
    state: "State",
    exit: "Exit code",
    duration: "Duration",
    kinds: "Output kinds",
    files: "Files",
    size: "Size",
    attempts: "Attempts",
    changed: "Last change",
    name: "Name",
    type: "Type",
  },
  outcomes: {
    failed: "Failed",
    running: "Running",
    preparing: "Preparing",
    active: "Waiting",
    succeeded: "Succeeded",
    completed: "Completed",
    unknown: "Not known",
  },
  exit: (code: string) =>
    code === "" ? "no exit code" : code.startsWith("SIG") ? code : `exit code ${code}`,
  notSaved: (count: number, hasSucceeded: boolean) =>
    `${hasSucceeded ? "The command ended with 0, but " : ""}${formatCounted(count, "output was", "outputs were")} not saved.`,
  ended: "ended",
  ranFor: (span: string) => `ran for ${span}`,
  runningFor: (span: string) => `for ${span}`,
  isNew: "new",
  retries: (count: number) => formatCounted(count, "retry", "retries"),
  requeues: (count: number) => formatCounted(count, "requeue", "requeues"),
  node: "on node",
  attempt: (attempt: number) => `attempt ${number.format(attempt)}`,
  earlierAttempts: (count: number) => formatCounted(count, "earlier attempt", "earlier attempts"),
  kindHolds: (kind: string, count: number) => `${kind}: ${formatCounted(count, "file", "files")}`,
  nothingSaved: "nothing saved",
  filterJobs: "Filter the jobs",
  filterTasks: "Filter the tasks",
  filterFiles: (list: string) => `Filter: ${list}`,
  filterOutcomes: "Show only tasks in a state",
  loadingJobs: "Looking for jobs…",
  loadingTasks: "Looking for tasks…",
  loadingOutputs: "Looking for outputs…",
  jobOutputs: "Job outputs",
  noJobOutputs: "The job saved no outputs of its own.",
  idUnknown:
    "The container's name does not contain the job's id, and the job has not recorded it, so the container's name is shown.",
  tasksTitle: "Tasks",
  failuresTitle: "Why tasks failed",
  failuresCount: (failed: number, causes: number) =>
    `${formatCounted(failed, "failed task", "failed tasks")}, ${formatCounted(causes, "cause", "causes")}`,
  failuresUnread: (count: number) =>
    `The logs of ${formatCounted(count, "older task", "older tasks")} were not read.`,
  failuresArchived: (count: number) =>
    `The logs of ${formatCounted(count, "task", "tasks")} are archived and could not be read. "batch-outputs rehydrate" makes them readable.`,
  logSearch: {
    label: "Search the logs of the tasks",
    placeholder: "Search the logs of all tasks",
    placeholderOf: (count: number) =>
      `Search the logs of ${count === 1 ? "this task" : `these ${number.format(count)} tasks`}`,
    start: "Search",
    results: "Logs with matching lines",
    found: (logs: number, lines: number) =>
      logs === 0
        ? "No match."
        : `${formatCounted(lines, "line", "lines")} in ${formatCounted(logs, "log", "logs")}.`,
    searched: (logs: number, size: string, isRunning: boolean) =>
      `${formatCounted(logs, "log", "logs")} searched (${size})${isRunning ? " so far…" : "."}`,
    capped: "There are more: the search has stopped.",
    unreadable: (count: number) => `${formatCounted(count, "log", "logs")} could not be read.`,
    archived: (count: number) =>
      `${formatCounted(count, "log is", "logs are")} archived and could not be read; "batch-outputs rehydrate" makes them readable.`,
    lines: (count: number, isCapped: boolean) =>
      `${isCapped ? "more than " : ""}${formatCounted(count, "line", "lines")}`,
    showMore: (count: number) => `Show more of ${formatCounted(count, "other log", "other logs")}`,
  },
  resultsUnknown: (count: number) =>
    `The result of ${formatCounted(count, "task", "tasks")} with logs is not known: no run recorded it.`,
  searchUnknown: "Search their logs for errors",
  searchingUnknown: "Searching the ends of the logs for errors…",
  noErrorsInLogs: "The ends of the logs name no error.",
  failuresFailed: "Why tasks failed could not be found out",
  failureCount: (count: number, share: number) =>
    `${formatCounted(count, "task", "tasks")} (${number.format(Math.round(share * 100))} %)`,
  failureLines: "Lines of the example's log",
  failureExample: "Example: task",
  openExampleLog: "Open its log",
  openExampleTask: "Open the task",
  mostlyOnNode: "mostly on node",
  first: "first",
  last: "last",
  showAllCauses: (count: number) => `Show all ${number.format(count)} causes`,
  showTasksOfCause: (count: number) =>
    count === 1 ? "Show this task in the list" : `Show these ${number.format(count)} tasks in the list`,
  showAllTasks: "Show all tasks",
  jobDeleted: "The Batch job is deleted. States and exit codes are those that its tasks recorded.",
  taskTabs: "Files of the task",
  tabs: {
    outputs: "Saved output files",
    logs: "Saved logs",
    node: "Files on node",
  },
  endOf: (log: string) => `The end of ${log}`,
  endEncoded: "This log is stored encoded, and is not text as it is. Open it to see its content.",
  endFailed: (why: string) => `The end could not be read. ${why}`,
  oneContainer: "The credential is for the container of this job, so other jobs are not listed.",
  noJobs: {
    title: "No job has saved outputs here",
    advice:
      "A job appears as soon as its output container is prepared: `batch-outputs prepare --job ID`, or prepareOutputStorage in client code. If you expected jobs, check that this is the right storage account (it is named at the top).",
  },
  noTasks: {
    title: "No task of this job has saved anything yet",
    advice: "Tasks appear with the first file that they save or log that they track. Press r to look again.",
  },
  noOutputs: {
    title: "The task saved no output files",
    advice:
      "Look into Saved logs: the task may have failed before it saved any. If it wrote files but did not save them, they were lost with its node.",
    adviceWithNode:
      "Look into Saved logs: the task may have failed before it saved any. What it wrote but did not save is under Files on node, as long as its node and its retention time last; `batch-outputs rescue` saves it from there.",
  },
  noLogs: {
    title: "The task saved no logs",
    advice:
      "Logs are kept when a task tracks them: `batch-outputs run -- COMMAND` does it for any command. Those of this task were not.",
    adviceWithNode:
      "What it printed is under Files on node, in stdout.txt and stderr.txt, as long as its node and its retention time last; `batch-outputs rescue` saves it from there. Next time, `batch-outputs run -- COMMAND` keeps the logs of any command.",
  },
  noNodeFiles: {
    title: "There is no file on the node",
    advice: "The task may not have started yet. Press r to look again.",
  },
  nothingFound: {
    title: "Nothing matches the filter",
    advice: "Fewer or shorter words find more. Escape clears the filter.",
    adviceSoFar: "Nothing so far: the listing goes on, and what matches appears here.",
  },
  jobsFailed: "The jobs could not be listed",
  tasksFailed: "The tasks could not be listed",
  statesFailed: "The tasks' states could not be read; saved outputs are still shown",
  notPrepared: "There are no outputs of this job",
  outputsFailed: "The outputs could not be listed",
  nodeFailed: "The files on the node could not be listed",
  selectAll: "Select all",
  select: (name: string) => `Select ${name}`,
  selection: "Actions for the selected files",
  selected: (count: number, size: string) => `${formatCounted(count, "file", "files")} selected, ${size}`,
  clearSelection: "Clear selection",
  downloadZip: "Download as zip",
  downloadAll: "Download all",
  downloadFound: (count: number) => `Download the ${formatCounted(count, "file", "files")} shown`,
  downloadTasks: (count: number) => `Download the ${formatCounted(count, "task", "tasks")} shown`,
  downloadJob: "Download the job",
  downloadSome: {
    open: "Some files…",
    title: "Download files of many tasks",
    names: "Names",
    namesHow: "A name, or a pattern such as *.csv; empty for all files",
    flat: "All in one folder, with the task before each name",
  },
  zipHow: "Streamed as one zip file",
  zipRefused:
    "The zip file could not be created: the server rejected the request or was stopped. Refresh the list, and try with fewer files.",
  zipRefusedBecause: (why: string) => `The zip file could not be created. ${why}`,
  copyCommand: "Copy command",
  copyCommandHow: "Copies the batch-outputs command that downloads the same files, for a POSIX shell",
  link: {
    open: "Time-limited link…",
    title: "Create a time-limited link",
    warning:
      "Anyone with the link can read this one file until the link expires, without signing in. The link cannot be revoked on its own. Share it as you would share the file.",
    lifetime: "Lifetime",
    hours: (hours: number) =>
      hours < 24 ? formatCounted(hours, "hour", "hours") : formatCounted(hours / 24, "day", "days"),
    until: (moment: string) => `Works until ${moment}`,
    make: "Create the link",
    copy: "Copy the link",
    failed: "The link could not be created",
  },
  share: {
    open: "Share…",
    how: "A text to send, or a link that works for a time",
    title: "Share this file",
    text: "Text to send",
    copy: "Copy the text",
    subject: (path: string, kind: string, taskId: string | undefined, job: string) =>
      `${path} (${kind}) of ${taskId === undefined ? "" : `task ${taskId}, `}job ${job}`,
    bytes: (start: number, end: number) =>
      end - start > 1
        ? `Bytes ${number.format(start)} to ${number.format(end - 1)}`
        : `At byte ${number.format(start)}`,
  },
  deletion: {
    open: "Delete…",
    title: (count: number) => `Delete ${formatCounted(count, "file", "files")}?`,
    warning:
      "They are deleted for everybody, and permanently unless soft delete is enabled in the storage account.",
    confirm: "Delete",
    busy: (done: number, all: number) => `Deleting ${number.format(done + 1)} of ${number.format(all)}…`,
    done: (count: number) => `${formatCounted(count, "file", "files")} deleted`,
    failed: "Not all could be deleted",
  },
  jobDeletion: {
    open: "Delete the job's outputs…",
    title: (job: string) => `Delete all outputs of job ${job}?`,
    content: "The job's container is deleted, with all outputs, logs and records of runs:",
    warning:
      "They are deleted for everybody, and permanently unless container soft delete is enabled in the storage account. A task that still runs can save nothing more. The job in Azure Batch is not deleted.",
    confirm: "Type the id of the job to confirm",
    busy: "Deleting…",
    done: (job: string) => `All outputs of job ${job} were deleted`,
    failed: "The outputs were not deleted",
    commandTitle: (job: string) => `Delete the outputs of job ${job}`,
    readOnly:
      "This viewer is read-only. The command deletes the outputs; it asks first. To delete them here, start `batch-outputs view --allow-delete`.",
    oneContainer:
      "The viewer's credential is for one container, and cannot delete it. The command deletes it; it needs access to the storage account, and asks first.",
    idUnknown:
      "The id of the job is not known, so no command can name it. Delete this container in the storage account:",
    command: "Command",
  },
  again: "Try again",
  copied: "Copied",
  copyFailed: "The browser did not allow copying",
  download: "Download",
  downloadOne: (name: string) => `Download ${name}`,
  unknownAddress: {
    title: "There is nothing at this address",
    advice: "The address may be cut or mistyped. The list of jobs shows what is there.",
    action: "Show the jobs",
  },
  broken: {
    title: "This screen failed",
    advice:
      "This is a defect of the page, not of your data. Reload the page; if it happens again, report it.",
    action: "Reload the page",
  },
  failures: {
    start: "The viewer could not start",
    status: (status: number) => `The server answered with status ${status} and no explanation.`,
    noAnswer:
      "The server gave no answer. It may have been stopped: start it again with `batch-outputs view`, or look at its terminal.",
    cut: "The answer ended too early, so this is not complete. The server may have been stopped.",
    code: (code: string) => `Code: ${code}`,
  },
} as const;
