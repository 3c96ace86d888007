import type { SkippedOnWindows } from "../support/windows/declare-windows-tests.js";

const argumentErrors = "test/core/errors/argument-error.test.ts";
const contentTypes = "test/storage/content-type.test.ts";
const sourceFile = "test/storage/upload/source-file.test.ts";
const downloadToFile = "test/storage/download/download-to-file.test.ts";
const resumed = "test/storage/download/resumed-download.test.ts";
const workerThread = "test/storage/worker/worker-thread.test.ts";
const safeFolder = "test/core/folders/safe-folder.test.ts";
const walks = "test/outputs/save/walk-files.test.ts";
const saveFile = "test/outputs/save/save-file.test.ts";
const writing = "test/outputs/save/write-output.test.ts";
const rotatedNames = "test/tracking/rotated-names.test.ts";
const hostileFiles = "test/tracking/hostile-files.test.ts";
const downloads = "test/outputs/fetch/download-outputs.test.ts";
const sources = "test/outputs/save/find-source-files.test.ts";
const saving = "test/outputs/save/save-many.test.ts";
const losses = "test/tracking/kinds-of-loss.test.ts";
const rotations = "test/tracking/rotation-evidence.test.ts";
const tracked = "test/tracking/tracked-file.test.ts";
const interrupted = "test/tracking/session/interrupted-openings.test.ts";
const renamedBack = "test/tracking/renamed-back.test.ts";
const observed = "test/tracking/session/observed-resumes.test.ts";
const clocks = "test/tracking/session/wrong-clocks.test.ts";
const lateAfterRestart = "test/tracking/late-writes-after-restart.test.ts";
const unopened = "test/tracking/unopened-files.test.ts";
const cliRun = "test/cli/run.test.ts";
const cliSave = "test/cli/save.test.ts";
const cliTrack = "test/cli/track.test.ts";

/** Why tests are not run on Windows: what Wine 8 does not do, and what is a matter of Linux. Everything else runs. */
const reasons: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "Wine 8 creates no symbolic links or junctions on Linux's file systems": {
    [rotatedNames]: ["a link that is switched to the next file loses nothing that the earlier one had"],
    [hostileFiles]: [
      "a file that becomes a folder, a link to nothing, a link to itself and a file again is followed",
    ],
    [walks]: [
      "symbolic links are reported and not followed, unless requested: then they are their targets",
      "a link that leads back to a folder above it is not followed again",
    ],
    [safeFolder]: [
      "the folder can be reached through a symbolic link; its content cannot",
      "a dangling symbolic link is not a folder, and its target is not created",
      "each file below a link gets an error of its own, also if they are opened at the same time",
    ],
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
  // What a process has seen itself is mended by the preload of wine.ts.
  "Wine 8 shows the time of a file's last change as the time of its creation": {
    [hostileFiles]: ["a log that is rotated twice between a crash and the next start loses nothing"],
    [tracked]: [
      "a file that was rotated twice by rename while it was not tracked is resumed without a gap",
      "a file that was rotated twice by copytruncate while it was not tracked is resumed without a gap",
      "a new file with the name of a copy is not read after a crash if only one line is known, and a loss is reported",
    ],
    [clocks]: [
      "files that are rotated before a restart are stored, although the first one had a time in the future",
      "a loss is reported if the file was copied and emptied before a restart, although it had a time in the future",
    ],
    // A file that is written to after a restart seems to be another one, and is reported as lost.
    [unopened]: ["", ", if nothing was stored before"].map(
      (when) => `a file that was empty when it was renamed is read on after a restart${when}`,
    ),
    // A file that is written to while it is opened seems to be another one: there may be a warning in standard error.
    [cliRun]: [
      "run passes on what its command reads and writes, and keeps it > byte for byte: binary, and without a newline at the end",
      "run passes on what its command reads and writes, and keeps it > until it closes its output",
    ],
  },
  "the id of a writer identifies its machine only on Linux: elsewhere the end of an earlier log is not known to be missing":
    {
      [interrupted]: [
        ...[0, 1, 2].map(
          (kills) => `a loss is reported once after ${kills} restarts that were killed before their report`,
        ),
        ...["ok", "lost-answer"].map(
          (outcome) =>
            `the loss of an earlier file is reported once (answer of the creation of the next log: ${outcome})`,
        ),
      ],
    },
  "Windows does not let a file be replaced that another program has open": {
    [lateAfterRestart]: [
      "a renamed file that gets its name back after a restart continues where it was stored",
    ],
    [writing]: ["a file that is replaced during its save is saved as it was opened, or not at all"],
    [hostileFiles]: [
      "a log that another file is renamed over, again and again, loses nothing that was looked at",
    ],
    [sourceFile]: ["a file that is replaced during the read is read from the opened file"],
    [losses]: ["a file that is rotated while a flush waits for the store is held open, and stored later"],
    [rotations]: [
      "a renamed file that is renamed back is continued where it was stored, also after a restart",
      "nothing is lost if each rotation compresses the file, or the one before it",
      "a file that replaced the only rotated file is reported lost",
    ],
    [tracked]: ["a file that is rotated by replace while it is tracked is stored whole"],
    [renamedBack]: [
      "a renamed file that has its name again is stored after the file that was between",
      "a possible loss is reported before what may have been written to a file under its other name",
    ],
    // It stays until it is closed, and nothing is lost.
    [observed]: [
      "a loss is reported if a file that is deleted while its log is resumed only begins with the stored line",
      "a file that came and was deleted while the log of a file that was rotated before is resumed is reported as lost",
      "a loss that was found while the log was resumed is reported by the next process, if this one is killed before",
    ],
    [unopened]: [4, 40].map(
      (rotations) =>
        `a program that never opens the new file is stored completely, after ${rotations} rotations`,
    ),
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
    [walks]: [
      "pipes and sockets are skipped without waiting for data",
      "a folder that cannot be read is reported with the reason, and the others are still walked",
    ],
    [saveFile]: ["a folder or a pipe is refused; a symbolic link is followed"],
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
};

export const skippedOnWindows: readonly SkippedOnWindows[] = Object.entries(reasons).flatMap(
  ([reason, files]) =>
    Object.entries(files).flatMap(([file, names]) => names.map((name) => ({ file, name, reason }))),
);
