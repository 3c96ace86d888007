const plural = new Intl.PluralRules("en");
const number = new Intl.NumberFormat("en");

function counted(count: number, one: string, many: string): string {
  return `${number.format(count)} ${plural.select(count) === "one" ? one : many}`;
}

/**
 * English texts of the shell and of the screens for jobs, a job and a task: all in one place, ready to be translated. A
 * text that depends on something is a function of it.
 */
export const browsing = {
  product: "Azure Batch outputs",
  title: (place: string) => `${place} – Azure Batch outputs`,
  skip: "Skip to the content",
  places: "You are here",
  jobs: "Jobs",
  loading: "Loading…",
  cancel: "Cancel",
  close: "Close",
  refresh: "Refresh",
  refreshHow: "Refresh (r)",
  stop: "Stop",
  goOn: "Continue",
  more: "More",
  help: "Keyboard shortcuts",
  filterHint: "Filter ( / )",
  filterHintOther: "Filter",
  filterHow:
    "Words in any order; -word excludes. Press / to filter, Enter to open the first row that is found.",
  clearFilter: "Clear the filter",
  status: {
    loading: (count: string) => `${count} so far…`,
    stopped: (count: string) => `${count} so far: stopped, there is more`,
    complete: (count: string) => count,
    failed: (count: string) => `${count}: not all, the listing failed`,
    silent: (span: string) => `no answer for ${span}, trying again`,
  },
  jobCount: (count: number) => counted(count, "job", "jobs"),
  jobsOf: (count: number, all: number) => `${number.format(count)} of ${counted(all, "job", "jobs")}`,
  tasks: (count: number) => counted(count, "task", "tasks"),
  tasksOf: (count: number, all: number) => `${number.format(count)} of ${counted(all, "task", "tasks")}`,
  files: (count: number) => counted(count, "file", "files"),
  filesOf: (count: number, all: number) => `${number.format(count)} of ${counted(all, "file", "files")}`,
  andMore: (count: number) => `and ${number.format(count)} more`,
  holds: (tasks: number, files: number, size: string) =>
    `${counted(tasks, "task", "tasks")}, ${counted(files, "file", "files")}, ${size}`,
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
  exit: (code: string) => (code === "" ? "no exit code" : `exit code ${code}`),
  ended: "ended",
  ranFor: (span: string) => `ran for ${span}`,
  runningFor: (span: string) => `for ${span}`,
  isNew: "new",
  retries: (count: number) => counted(count, "retry", "retries"),
  requeues: (count: number) => counted(count, "requeue", "requeues"),
  node: "on node",
  attempt: (attempt: number) => `attempt ${number.format(attempt)}`,
  earlierAttempts: (count: number) => counted(count, "earlier attempt", "earlier attempts"),
  kindHolds: (kind: string, count: number) => `${kind}: ${counted(count, "file", "files")}`,
  nothingSaved: "nothing saved",
  filterJobs: "Filter the jobs",
  filterTasks: "Filter the tasks",
  filterFiles: (list: string) => `Filter: ${list}`,
  filterOutcomes: "Show only tasks that",
  loadingJobs: "Looking for jobs…",
  loadingTasks: "Looking for tasks…",
  loadingOutputs: "Looking for outputs…",
  jobOutputs: "Job outputs",
  noJobOutputs: "The job saved no outputs of its own.",
  idUnknown:
    "This container's name does not tell the job's id, and the job did not say it; so the container's name is shown.",
  tasksTitle: "Tasks",
  previews: "Previews",
  allPreviews: (count: number) => `Show all ${number.format(count)} previews`,
  brokenPicture: "cannot be shown",
  taskTabs: "What the task left",
  tabs: {
    outputs: "Saved output files",
    logs: "Saved logs",
    node: "Files on node",
  },
  endOf: (log: string) => `The end of ${log}`,
  endFailed: (why: string) => `The end could not be read. ${why}`,
  oneContainer: "The credential is for this one job's container: other jobs are not seen with it.",
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
  statesFailed: "Azure Batch did not tell the tasks' states; what was saved is shown all the same",
  outputsFailed: "The outputs could not be listed",
  nodeFailed: "The files on the node could not be listed",
  selectAll: "Select all",
  select: (name: string) => `Select ${name}`,
  selection: "What to do with the selected files",
  selected: (count: number, size: string) => `${counted(count, "file", "files")} selected, ${size}`,
  clearSelection: "Clear",
  downloadZip: "Download as zip",
  downloadAll: "Download all",
  downloadJob: "Download the job",
  zipHow: "As one zip, streamed: nothing waits for the whole of it",
  zipRefused:
    "The zip could not be made: the server refused it or was stopped. Refresh the list, and try with fewer files.",
  zipRefusedBecause: (why: string) => `The zip could not be made. ${why}`,
  copyCommand: "Copy command",
  copyCommandHow: "Copies the batch-outputs command that fetches the same files, for a POSIX shell",
  link: {
    open: "Time-limited link…",
    title: "Make a time-limited link",
    warning:
      "Whoever has the link can read this one file until it expires, without signing in. It cannot be called back alone. Share it as you would share the file.",
    lifetime: "It works for",
    hours: (hours: number) =>
      hours < 24 ? counted(hours, "hour", "hours") : counted(hours / 24, "day", "days"),
    until: (moment: string) => `Works until ${moment}`,
    make: "Make the link",
    copy: "Copy the link",
    failed: "The link could not be made",
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
    title: (count: number) => `Delete ${counted(count, "file", "files")}?`,
    warning:
      "They are gone for everybody, and for good unless the storage account keeps deleted blobs for a while.",
    confirm: "Delete",
    busy: (done: number, all: number) => `Deleting ${number.format(done + 1)} of ${number.format(all)}…`,
    done: (count: number) => `${counted(count, "file", "files")} deleted`,
    failed: "Not all could be deleted",
  },
  again: "Try again",
  copied: "Copied",
  copyFailed: "The browser did not allow copying",
  download: "Download",
  downloadOne: (name: string) => `Download ${name}`,
  unknownPlace: {
    title: "There is nothing at this address",
    advice: "The address may be cut or mistyped. The list of jobs shows what is there.",
    action: "Show the jobs",
  },
  broken: {
    title: "This screen broke",
    advice:
      "This is a defect of the page, not of your data. Load the page again; if it happens again, report it.",
    action: "Load the page again",
  },
  failures: {
    start: "The viewer could not start",
    status: (status: number) => `The server answered with status ${status} and no explanation.`,
    noAnswer:
      "The server gave no answer. It may have been stopped: start it again with `batch-outputs view`, or look at its terminal.",
    cut: "The answer was cut before its end: what is shown is not all. The server may have been stopped.",
    code: (code: string) => `Code: ${code}`,
  },
  shortcuts: {
    title: "Keyboard shortcuts",
    screen: [["?", "this help"]],
    up: [["u  Backspace", "go up: to the task, the job, the jobs"]],
    rows: [
      ["j  ↓", "next row"],
      ["k  ↑", "previous row"],
      ["Page Down  Page Up  Home  End", "move further"],
      ["Enter  o", "open"],
    ],
    tree: [["→  ←", "open and close a folder"]],
    selection: [
      ["x  Space", "select"],
      ["Shift + ↓  Shift + ↑", "select several rows"],
    ],
    file: [["d", "download the file"]],
    filter: [
      ["/", "filter this list; Enter there opens the first row"],
      ["Esc", "in the filter: clear it, then leave it"],
    ],
    refresh: [["r", "refresh"]],
    tabs: [["1  2  3", "show a tab"]],
    pane: [
      ["j  ↓", "next line"],
      ["k  ↑", "previous line"],
      ["Page Down  Page Up", "move by a screen"],
      ["g  Home", "go to the start"],
      ["G  End", "go to the end"],
    ],
    text: [
      ["j  ↓", "next line"],
      ["k  ↑", "previous line"],
      ["Page Down  Page Up", "move by a screen"],
      ["g  Home", "go to the start"],
      ["G  End", "go to the end"],
      ["/", "search"],
      ["n  N", "next match, previous match"],
      ["w", "wrap lines"],
    ],
    log: [
      ["j  ↓", "next line"],
      ["k  ↑", "previous line"],
      ["Page Down  Page Up", "move by a screen"],
      ["g  Home", "go to the start"],
      ["G  End", "go to the end"],
      ["/", "search"],
      ["n  N", "next match, previous match"],
      ["e  E", "next error, previous error"],
      ["f", "follow the end"],
      ["w", "wrap lines"],
    ],
  },
} as const;
