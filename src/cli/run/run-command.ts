import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { ExitStatus } from "../errors/exit-status.js";
import { explain } from "../errors/explain.js";
import { describeLog } from "../logs/log-plan.js";
import { LogUpload } from "../logs/log-upload.js";
import { RetryDeadline } from "../logs/retry-deadline.js";
import { UrgentFlushes } from "../logs/urgent-flushes.js";
import { onCommandSignals, getSignalStatus } from "../process/command-signals.js";
import { explainStartError } from "../process/explain-start-error.js";
import { type ChildCommand, type CommandEnd, startCommand } from "../process/start-command.js";
import { createSpoolFolder, type SpoolFolder } from "../spool/spool-folder.js";
import type { StreamLogPlan } from "../spool/spool-owner.js";
import { endKeyLine, writeMessage } from "../terminal/terminal.js";
import { warnNotStored } from "../terminal/warn-not-stored.js";
import { claimForLaterAttempts, storeEarlierAttempts } from "./attempt-spools.js";
import { drain } from "./drain.js";
import { watchPreemption, writePreemptionNotice } from "../process/preemption-notice.js";
import { PreemptionSaves } from "./preemption-saves.js";
import { restoreBeforeRun } from "./restore-before-run.js";
import type { RunPlan } from "./run-plan.js";
import { RunRecorder } from "./run-recorder.js";
import { SaveCounts } from "./save-counts.js";
import { saveUnitsWithRetry } from "./save-units-with-retry.js";
import { StreamLog, warnNotMarked } from "./stream-log.js";

/**
 * A command gets the signal of `--on-preempt` at this time after its start at the earliest. Before, it may not have set its handler,
 * and the signal would end it: its task would have failed, and would not be run again on another node.
 */
const startUpTimeInMs = 5_000;

/** If storing takes longer than this after the command's end, a message explains the delay. */
const silentStoringInMs = 2_000;

/**
 * Runs the command, stores its output, and returns the exit status: that of the command. The exit status is a different
 * one if the command succeeded but saving failed, if outputs of earlier attempts could not be restored, or if a signal
 * arrived before the command was started. A second signal while outputs are stored ends the process immediately, with
 * the status of the signal.
 */
export async function runCommand(plan: RunPlan): Promise<number> {
  const folder = plan.streams === undefined ? undefined : await createSpoolFolder(plan.spoolDirectory);
  const running = new RunningCommand(plan, folder);
  if (folder instanceof Error) {
    warnNotStored(
      `there is no folder for the command's output until it is stored: ${folder.message}. Specify one with --spool-directory.`,
    );
  }
  using _ = onCommandSignals((signal, how) => {
    running.onSignal(signal, how);
  });
  using __ = watchPreemption((notBefore) => {
    running.onPreemption(notBefore);
  });
  return await running.execute();
}

class RunningCommand {
  #isAllStored: boolean;
  readonly #plan: RunPlan;
  readonly #folder: SpoolFolder | undefined;
  readonly #deadline: RetryDeadline;
  readonly #counts: SaveCounts;
  readonly #recorder: RunRecorder | undefined;
  #child: ChildCommand | undefined;
  #startedAt = 0;
  #earlierLogsStored = Promise.resolve();
  #streams: readonly StreamLog[] = [];
  #tracked: readonly LogUpload[] = [];
  readonly #urgentFlushes = new UrgentFlushes(() => {
    for (const log of [...this.#streams, ...this.#tracked]) log.flush();
  });
  #signalBeforeStart: NodeJS.Signals | undefined;
  #isPreempted = false;
  #preemptionSaves: PreemptionSaves | undefined;
  #restoreDeadline: RetryDeadline | undefined;
  #isSaving = false;
  #isStopping = false;

  /**
   * @param folder - The folder for the streams of the command; an error if there is none. Then the streams are not
   * stored.
   */
  constructor(plan: RunPlan, folder: SpoolFolder | Error | undefined) {
    this.#plan = plan;
    this.#folder = folder instanceof Error ? undefined : folder;
    this.#isAllStored = !(folder instanceof Error);
    this.#counts = new SaveCounts(plan.onSaveFailure === "warn");
    if (folder instanceof Error) this.#counts.addFailure("The output of the command", folder);
    this.#deadline = new RetryDeadline(plan.giveUpAfterInMs);
    if (plan.isRecorded) this.#recorder = new RunRecorder(plan.task, [plan.command, ...plan.args]);
  }

  async execute(): Promise<number> {
    const failedRestore = await this.#restore();
    if (failedRestore !== undefined) return failedRestore;
    const end = await this.#runChild();
    this.#urgentFlushes[Symbol.dispose]();
    using deadline = this.#deadline;
    deadline.start();
    if (this.#isKillExpected) deadline.limitTo(this.#plan.graceInMs);
    const notice = setTimeout(() => {
      if (!this.#plan.isQuiet)
        writeMessage(`The command has ended (${end.status}). Storing its remaining outputs.`);
    }, silentStoringInMs);
    if (this.#isKillExpected) this.#recorder?.recordEnd(end, deadline.signal);
    await Promise.all([this.#finishLogs(), this.#saveOutputs(end.status === 0 ? "success" : "failure")]);
    await this.#recorder?.finish(end, this.#counts, deadline);
    await this.#earlierLogsStored;
    clearTimeout(notice);
    await Promise.all(this.#streams.map(({ tee }) => tee.passed));
    await Promise.all(this.#streams.map((stream) => stream.close()));
    if (this.#folder !== undefined && this.#streams.every(({ isStored }) => isStored))
      await rm(this.#folder.path, { recursive: true, force: true });
    const isFailure = !this.#isAllStored && this.#plan.onSaveFailure === "fail";
    return end.status === 0 && isFailure ? ExitStatus.failed : end.status;
  }

  onSignal(
    signal: NodeJS.Signals,
    { isEnding, isDelivered }: { readonly isEnding: boolean; readonly isDelivered: boolean },
  ): void {
    if (this.#isSaving) {
      if (isEnding) this.#stop(signal);
      return;
    }
    if (isEnding) this.#restoreDeadline?.limitTo(0);
    if (this.#child === undefined) this.#signalBeforeStart = signal;
    else if (!isDelivered) this.#forward(this.#child, signal);
    if (isEnding) this.#urgentFlushes.start();
  }

  /** Handles a notice of preemption: stores everything, now and every second, and sends a signal to the command. */
  onPreemption(notBefore: Date | undefined): void {
    if (this.#isPreempted || this.#isSaving) return;
    this.#isPreempted = true;
    writePreemptionNotice("run", notBefore);
    this.#urgentFlushes.start();
    if (this.#child !== undefined) this.#prepareForPreemption(this.#child);
  }

  /** To be called when the command runs: before, its files are those of another attempt, or are being restored. */
  #prepareForPreemption(child: ChildCommand): void {
    this.#preemptionSaves = new PreemptionSaves(this.#plan.createUnitsFor("preempt"));
    const { preemptSignal } = this.#plan;
    if (preemptSignal === undefined) return;
    const send = (): void => {
      this.#forward(child, preemptSignal);
    };
    setTimeout(send, Math.max(0, this.#startedAt + startUpTimeInMs - performance.now())).unref();
  }

  /** After a signal to end or a notice of preemption, a SIGKILL may follow. */
  get #isKillExpected(): boolean {
    return this.#urgentFlushes.isStarted;
  }

  /** Sends a signal to the command. That fails if the command runs as another user. This process still waits for it. */
  #forward(child: ChildCommand, signal: NodeJS.Signals): void {
    const failure = child.kill(signal);
    if (failure === undefined) return;
    writeMessage(`${signal} could not be sent to the command, which continues: ${failure.message}`, {
      text: "batch-outputs run:",
      style: "yellow",
    });
  }

  /** Handles a signal while outputs are stored: it is for this process. */
  #stop(signal: NodeJS.Signals): void {
    if (signal === "SIGINT") endKeyLine();
    if (this.#isStopping) {
      if (this.#folder !== undefined)
        warnNotStored(`stopped immediately. The output of the command is in ${this.#folder.path}.`);
      process.exit(getSignalStatus(signal));
    }
    this.#isStopping = true;
    writeMessage(
      `${signal}: stopping within ${this.#plan.graceInMs / 1000} s. A second signal stops immediately.`,
    );
    this.#deadline.limitTo(this.#plan.graceInMs);
  }

  /** Returns the exit status if the command must not start. */
  async #restore(): Promise<number | undefined> {
    const { task, restoreKinds, giveUpAfterInMs, isQuiet } = this.#plan;
    if (restoreKinds.length === 0) return undefined;
    using deadline = new RetryDeadline(giveUpAfterInMs);
    this.#restoreDeadline = deadline;
    deadline.start();
    const isRestored = await restoreBeforeRun(task, restoreKinds, { deadline, isQuiet });
    this.#restoreDeadline = undefined;
    if (isRestored) return undefined;
    if (this.#folder !== undefined) await rm(this.#folder.path, { recursive: true, force: true });
    return this.#signalBeforeStart === undefined
      ? ExitStatus.failed
      : getSignalStatus(this.#signalBeforeStart);
  }

  async #runChild(): Promise<CommandEnd> {
    const { command, args, streams, tracked, drainTimeInMs, giveUpAfterInMs } = this.#plan;
    const plans = streams === undefined ? [] : [streams.stdout, streams.stderr];
    if (this.#folder !== undefined) await claimForLaterAttempts(this.#folder, plans);
    const child = await startCommand(command, args, this.#folder?.path);
    this.#child = child;
    this.#startedAt = performance.now();
    if (this.#signalBeforeStart !== undefined) this.#forward(child, this.#signalBeforeStart);
    if (this.#isPreempted) this.#prepareForPreemption(child);
    const earlierLogsStored =
      this.#folder === undefined
        ? Promise.resolve()
        : storeEarlierAttempts(this.#folder, plans, {
            commandEnded: child.ended,
            giveUpAfterInMs,
            abortSignal: this.#deadline.signal,
          });
    this.#earlierLogsStored = earlierLogsStored;
    this.#streams = (["stdout", "stderr"] as const).map(
      (name) =>
        new StreamLog(child[name], {
          output: process[name],
          spool: this.#folder?.[name],
          plan: this.#withAttemptId(streams?.[name]),
          after: earlierLogsStored,
        }),
    );
    this.#tracked = tracked.map((log) => new LogUpload(log));
    const end = await child.ended;
    const failure = end.error && explainStartError(command, end.error);
    if (failure !== undefined) writeMessage(failure, { text: "batch-outputs run:", style: "red" });
    // A shell ends the line with "^C" only for a process that was ended by the signal. This one returns an exit status.
    if (end.signal === "SIGINT") endKeyLine();
    await this.#drainStreams(drainTimeInMs);
    this.#isSaving = true;
    return end;
  }

  /**
   * Adds the id by which a later attempt on this node resumes the log, if it finds the remaining data in the spool
   * folder.
   */
  #withAttemptId(plan: StreamLogPlan | undefined): StreamLogPlan | undefined {
    return plan && { ...plan, options: { ...plan.options, attemptId: this.#folder?.attemptId } };
  }

  async #drainStreams(idleTimeInMs: number): Promise<void> {
    const tees = this.#streams.map(({ tee }) => tee);
    if (await drain(tees, idleTimeInMs)) return;
    writeMessage(
      "batch-outputs run: the command has ended, but a process that it started still has its output open. Data that this process writes from now on is not stored.",
    );
    for (const stream of this.#streams) stream.stopReading();
    await Promise.all(tees.map(({ spooled }) => spooled));
  }

  async #finishLogs(): Promise<void> {
    const finished = await Promise.all([
      ...this.#streams.map((stream) => stream.finish(this.#deadline, this.#counts)),
      ...this.#tracked.map((log) => this.#finishTracked(log)),
    ]);
    if (finished.includes(false)) this.#isAllStored = false;
  }

  async #finishTracked(log: LogUpload): Promise<boolean> {
    const { position, error, markError } = await log.finish(this.#deadline);
    const name = `${describeLog(log.plan)} (${basename(log.plan.sourcePath)})`;
    if (markError !== undefined) warnNotMarked(name, markError);
    if (error === undefined) {
      this.#counts.addSaved(position);
      return true;
    }
    this.#counts.addFailure(name, error);
    warnNotStored(`${name} is not stored completely. ${explain(error)}`);
    return false;
  }

  async #saveOutputs(outcome: "success" | "failure"): Promise<void> {
    await this.#preemptionSaves?.stop();
    const { createUnitsFor, isQuiet } = this.#plan;
    const units = [
      ...(this.#preemptionSaves === undefined ? [] : createUnitsFor("preempt")),
      ...createUnitsFor(outcome),
    ];
    if (!(await saveUnitsWithRetry(units, this.#deadline, { counts: this.#counts, isQuiet })))
      this.#isAllStored = false;
  }
}
