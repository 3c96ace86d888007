import type { SkippedOnWindows } from "../support/windows/declare-windows-tests.js";

const argumentErrors = "test/core/errors/argument-error.test.ts";
const contentTypes = "test/storage/content-type.test.ts";
const sourceFile = "test/storage/upload/source-file.test.ts";
const downloadToFile = "test/storage/download/download-to-file.test.ts";
const resumed = "test/storage/download/resumed-download.test.ts";
const connections = "test/storage/transport/direct-route-connections.test.ts";
const workerThread = "test/storage/worker/worker-thread.test.ts";
const downloads = "test/outputs/fetch/download-outputs.test.ts";
const sources = "test/outputs/save/find-source-files.test.ts";
const saving = "test/outputs/save/save-many.test.ts";
const defects = "test/tracking/defects.test.ts";
const losses = "test/tracking/kinds-of-loss.test.ts";
const rotations = "test/tracking/rotation-evidence.test.ts";
const tracked = "test/tracking/tracked-file.test.ts";
const cliRun = "test/cli/run.test.ts";
const cliSave = "test/cli/save.test.ts";
const cliTrack = "test/cli/track.test.ts";

/** Why tests are not run on Windows: what Wine 8 does not do, and what is a matter of Linux. Everything else runs. */
const reasons: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "Wine 8 creates no symbolic links or junctions on Linux's file systems": {
    [downloads]: ["an existing symbolic link to a folder or a file is not followed"],
    [sources]: [
      "symbolic links in folders and globs are skipped and reported, unless they are followed",
      "a symbolic link that a pattern names is followed; a broken one fails",
      "each pattern that no file matches is named; links and hidden files are no matches, excluded files are",
      "links in the part of a pattern before its first wildcard are followed",
    ],
    [saving]: ["symbolic links and hidden files of a folder are listed as skipped"],
    [resumed]: [
      "partial files of running processes, symbolic links and files of other targets are left alone",
    ],
    [cliSave]: [
      "save > reports each file with --json: saved, unchanged, skipped, failed",
      "save > omits files that match --exclude, and includes hidden files and links on request",
    ],
  },
  "Wine 8 shows the time of a file's last change as the time of its creation": {
    [rotations]: [
      "a file that was last observed empty, and then overwritten by a copy of a stored one, is reported lost",
      "after a restart, a copy made before the last write to a renamed file is not its successor",
    ],
    [tracked]: [
      "a file that was rotated twice by rename while it was not tracked is resumed without a gap",
      "a file that was rotated twice by copytruncate while it was not tracked is resumed without a gap",
      "a new file with the name of a copy is not read after a crash if only one line is known, and a loss is reported",
    ],
    [defects]: ["D13: a rotated file and a truncated file are stored whole, not from the middle"],
    // A file that is written to while it is opened seems to be another one: there may be a warning in standard error.
    [cliRun]: [
      "run passes on what its command reads and writes, and keeps it > byte for byte: binary, and without a newline at the end",
      "run passes on what its command reads and writes, and keeps it > until it closes its output",
    ],
  },
  "Windows does not let a file be replaced that another program has open": {
    [sourceFile]: ["a file that is replaced during the read is read from the opened file"],
    [losses]: ["a file that is rotated while a flush waits for the store is held open, and stored later"],
    [rotations]: [
      "a renamed file that is renamed back is continued where it was stored, also after a restart",
      "nothing is lost if each rotation compresses the file, or the one before it",
      "a file that replaced the only rotated file is reported lost",
    ],
    [tracked]: ["a file that is rotated by replace while it is tracked is stored whole"],
  },
  "the test creates names that Windows does not permit, or that differ only in case": {
    [sources]: [
      "a pattern that is the name of an existing file means that file",
      "a wildcard after a backslash is a plain character",
      "names that cannot be output paths are reported with the reason, and the others are found",
      "bytes of a name that are not UTF-8 are written as %FF, of files and of folders",
      "a name that is not UTF-8 is found as a program receives it in its arguments",
      "names are in the order of their output paths, whatever order they were found in",
    ],
    [saving]: ["a file that fails does not stop the others, and has the reason"],
  },
  "the test uses pipes, owners or error codes of Linux": {
    [sourceFile]: [
      "a folder, a pipe, a socket and a device are rejected with their path, without waiting for data",
    ],
    [downloads]: ["one output that fails does not stop the others, keeps its file, and is reported"],
    [downloadToFile]: ["a folder without write permission fails with the file system's error"],
    [workerThread]: ["here", "in a thread"].map(
      (place) => `${place}, a file system error is thrown unchanged, and no file is left`,
    ),
    [sources]: ["a folder that cannot be read is reported, also for a pattern that names only files"],
    [cliRun]: [
      "run passes on what its command reads and writes, and keeps it > to pipes that can be opened by their name, as shell scripts do",
      "run passes on what its command reads and writes, and keeps it > as far as the disk has space; all output is passed through",
      "run passes on what its command reads and writes, and keeps it > in constant memory, however much is neither read nor stored",
      "run ends as its command does > 127 if the program does not exist, 126 if it cannot be executed",
    ],
    [saving]: [
      "a pipe in a folder is ignored; a pattern that names it fails",
      "all files that the patterns match are saved, and the result lists them in order",
    ],
  },
  "a program of Windows cannot send signals to another, only end it": {
    [cliRun]: [
      "run ends as its command does > 128 + n for a signal",
      ...["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"].map(
        (signal) => `run ends as its command does > ${signal} is passed to the command`,
      ),
      "run ends as its command does > a command that ignores SIGTERM continues, and its logs are then stored at once",
    ],
    [cliTrack]: [
      "track > keeps a file live until SIGTERM, and then stores the rest",
      "track > keeps a file live until SIGINT, and then stores the rest",
      "track > continues while the store is unreachable, also at the start",
      "track > fails within the grace time if the store stays unreachable",
      "track > stores what was written before the store answered, although the file was rotated meanwhile",
    ],
  },
  "the test loads a module twice, which needs vitest's own loader, a program of Linux here": {
    [argumentErrors]: ["isArgumentError > recognizes both kinds, also those of a second copy of the package"],
    [contentTypes]: [
      "each extension of the tables has the type that the library finds, whether it is searched for or looked up",
    ],
  },
  "the test compiles a program with esbuild, which is a program of Linux here": {
    [connections]: ["an idle connection does not keep the process alive, but a request on it does"],
    [downloads]: [
      "many concurrent downloads with one signal cause no warning about listeners",
      "a task fetches the outputs of the tasks it depends on through the same classes, in a process of its own",
    ],
  },
};

export const skippedOnWindows: readonly SkippedOnWindows[] = Object.entries(reasons).flatMap(
  ([reason, files]) =>
    Object.entries(files).flatMap(([file, names]) => names.map((name) => ({ file, name, reason }))),
);
