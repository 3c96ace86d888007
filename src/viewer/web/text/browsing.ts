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
} as const;
