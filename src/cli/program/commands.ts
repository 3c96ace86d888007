import type { CommandEntry } from "../command-line/command-entry.js";

const inTask = "In a task:";
const atTerminal = "Find and download:";
const tidy = "Set up and clean up:";

/** All commands, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: "save",
    summary: "save files as outputs",
    group: inTask,
    load: async () => (await import("../commands/save.js")).save,
  },
  {
    name: "run",
    summary: "run a command, store its logs while it runs, and save its outputs",
    group: inTask,
    reportsOutages: true,
    load: async () => (await import("../commands/run.js")).run,
  },
  {
    name: "restore",
    summary: "download the outputs of an earlier attempt of the task",
    group: inTask,
    load: async () => (await import("../commands/restore.js")).restore,
  },
  {
    name: "track",
    summary: "save growing files while they are written",
    group: inTask,
    reportsOutages: true,
    load: async () => (await import("../commands/track.js")).track,
  },
  {
    name: "list",
    summary: "list saved outputs",
    group: atTerminal,
    load: async () => (await import("../commands/list.js")).list,
  },
  {
    name: "download",
    summary: "download saved outputs to a folder",
    group: atTerminal,
    load: async () => (await import("../commands/download.js")).download,
  },
  {
    name: "cat",
    summary: "write a saved output to standard output",
    group: atTerminal,
    load: async () => (await import("../commands/cat.js")).cat,
  },
  {
    name: "tail",
    summary: "write the end of a log, and follow it",
    group: atTerminal,
    load: async () => (await import("../commands/tail.js")).tail,
  },
  {
    name: "jobs",
    summary: "list the jobs that have saved outputs",
    group: atTerminal,
    load: async () => (await import("../commands/jobs.js")).jobs,
  },
  {
    name: "tasks",
    summary: "list the tasks of a job with the size of their outputs",
    group: atTerminal,
    load: async () => (await import("../commands/tasks.js")).tasks,
  },
  {
    name: "why",
    summary: "show why tasks failed, by cause",
    group: atTerminal,
    load: async () => (await import("../commands/why.js")).why,
  },
  {
    name: "grep",
    summary: "search the logs of a job",
    group: atTerminal,
    load: async () => (await import("../commands/grep.js")).grep,
  },
  {
    name: "usage",
    summary: "show the number and size of saved outputs",
    group: atTerminal,
    load: async () => (await import("../commands/usage.js")).usage,
  },
  {
    name: "view",
    summary: "show outputs and logs in the browser",
    group: atTerminal,
    reportsOutages: true,
    load: async () => (await import("../commands/view.js")).view,
  },
  {
    name: "mcp",
    summary: "serve outputs and logs to agents (Model Context Protocol)",
    group: atTerminal,
    reportsOutages: true,
    load: async () => (await import("../commands/mcp.js")).mcp,
  },
  {
    name: "verify",
    summary: "check outputs against their stored digests",
    group: atTerminal,
    load: async () => (await import("../commands/verify.js")).verify,
  },
  {
    name: "rescue",
    summary: "save files from the compute nodes of tasks that did not save them",
    group: atTerminal,
    load: async () => (await import("../commands/rescue.js")).rescue,
  },
  {
    name: "prepare",
    summary: "create the output container of a job",
    group: tidy,
    load: async () => (await import("../commands/prepare.js")).prepare,
  },
  {
    name: "url",
    summary: "print a container URL with a SAS for tasks (a secret)",
    group: tidy,
    load: async () => (await import("../commands/url.js")).url,
  },
  {
    name: "output-files",
    summary: "print the OutputFile specifications for a Batch task",
    group: tidy,
    load: async () => (await import("../commands/output-files.js")).outputFiles,
  },
  {
    name: "delete",
    summary: "delete saved outputs",
    group: tidy,
    load: async () => (await import("../commands/delete.js")).deleteOutputs,
  },
  {
    name: "rehydrate",
    summary: "move archived outputs to an online access tier",
    group: tidy,
    load: async () => (await import("../commands/rehydrate.js")).rehydrate,
  },
  {
    name: "prune",
    summary: "delete old outputs of a kind",
    group: tidy,
    load: async () => (await import("../commands/prune.js")).prune,
  },
  {
    name: "policy",
    summary: "print rules with which Azure deletes or moves old outputs",
    group: tidy,
    load: async () => (await import("../commands/policy.js")).policy,
  },
  {
    name: "local",
    summary: "run an Azure Batch service on this machine",
    group: tidy,
    reportsOutages: true,
    load: async () => (await import("../commands/local.js")).local,
  },
  {
    name: "doctor",
    summary: "diagnose problems",
    group: tidy,
    reportsOutages: true,
    load: async () => (await import("../commands/doctor.js")).doctor,
  },
  {
    name: "completion",
    summary: "print a completion script for a shell",
    group: tidy,
    reportsOutages: true,
    load: async () => {
      const { completion } = await import("../commands/completion.js");
      return (command) => {
        completion(command, commands);
      };
    },
  },
];
