import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ExitStatus } from "../errors/exit-status.js";
import { explain } from "../errors/explain.js";
import { report } from "../saving/save-report.js";
import type { SaveUnit } from "../saving/save-unit.js";
import { leaveLineOfKey, say } from "../terminal/terminal.js";
import { type ChildCommand, type CommandEnd, startCommand } from "../process/start-command.js";
import { onCommandSignals, signalStatus } from "../process/command-signals.js";
import { claimSpool, storeFormerSpools, type StreamLogPlan } from "../spool/former-spools.js";
import type { LogPlan } from "../logs/log-plan.js";
import { LogUpload } from "../logs/log-upload.js";
import { StreamLog, warnNotStored } from "./stream-log.js";
import { RetryDeadline } from "../logs/retry-deadline.js";
import { saveWithRetry } from "./save-with-retry.js";
import { createSpoolFolder, type SpoolFolder } from "../spool/spool-folder.js";

/** All that a run of a command is told. */
export interface RunPlan {
  readonly command: string;
  readonly args: readonly string[];
  /** How the command's streams are kept; undefined: they are passed on only. */
  readonly streams: { readonly stdout: StreamLogPlan; readonly stderr: StreamLogPlan } | undefined;
  /** Files that the command writes, kept live too. */
  readonly tracked: readonly LogPlan[];
  readonly unitsFor: (outcome: "success" | "failure") => readonly SaveUnit[];
  readonly spoolDirectory: string | undefined;
  readonly drainMs: number;
  readonly graceInMs: number;
  readonly giveUpAfterMs: number;
  readonly onSaveFailure: "fail" | "warn";
  readonly isQuiet: boolean;
}

/** How often the logs are stored from the moment on that somebody told us to end: the next signal may be SIGKILL. */
const hurriedFlushMs = 1_000;

/** A command that has ended, and a prompt that does not come: after this long it is told why. */
const silentStoringMs = 2_000;

/** Runs the command, keeps what it writes, and gives the exit status: its own, unless it succeeded and something was not kept. */
export async function runCommand(plan: RunPlan): Promise<number> {
  const folder = plan.streams === undefined ? undefined : await createSpoolFolder(plan.spoolDirectory);
  const run = new CommandRun(plan, folder instanceof Error ? undefined : folder);
  if (folder instanceof Error) {
    warnNotStored(
      `nowhere to keep the command's output until it is stored: ${folder.message} Say --spool-directory.`,
    );
    run.isAllKept = false;
  }
  using _ = onCommandSignals((signal, how) => {
    run.onSignal(signal, how);
  });
  return await run.run();
}

class CommandRun {
  isAllKept = true;
  readonly #plan: RunPlan;
  readonly #folder: SpoolFolder | undefined;
  readonly #patience: RetryDeadline;
  #child: ChildCommand | undefined;
  #streams: readonly StreamLog[] = [];
  #tracked: readonly LogUpload[] = [];
  #hurrying: NodeJS.Timeout | undefined;
  #signalBeforeChild: NodeJS.Signals | undefined;
  #isStopping = false;

  constructor(plan: RunPlan, folder: SpoolFolder | undefined) {
    this.#plan = plan;
    this.#folder = folder;
    this.#patience = new RetryDeadline(plan.giveUpAfterMs);
  }

  async run(): Promise<number> {
    const end = await this.#runChild();
    clearInterval(this.#hurrying);
    using patience = this.#patience;
    patience.begin();
    if (this.#hurrying !== undefined) patience.limit(this.#plan.graceInMs);
    const telling = setTimeout(() => {
      if (!this.#plan.isQuiet) say(`The command has ended (${end.status}); storing what is left.`);
    }, silentStoringMs);
    await Promise.all([this.#finishLogs(), this.#saveOutputs(end.status === 0 ? "success" : "failure")]);
    clearTimeout(telling);
    await Promise.all(this.#streams.map((stream) => stream.passed));
    await Promise.all(this.#streams.map((stream) => stream.close()));
    if (this.#folder !== undefined && this.#streams.every(({ isStored }) => isStored))
      await rm(this.#folder.path, { recursive: true, force: true });
    const isFailure = !this.isAllKept && this.#plan.onSaveFailure === "fail";
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
    if (this.#child === undefined) this.#signalBeforeChild = signal;
    else if (!isDelivered) this.#child.kill(signal);
    if (!isEnding) return;
    this.#flush();
    this.#hurrying ??= setInterval(() => {
      this.#flush();
    }, hurriedFlushMs).unref();
  }

  #isSaving = false;

  /** While things are stored, nobody but us is there to be ended. */
  #stop(signal: NodeJS.Signals): void {
    if (signal === "SIGINT") leaveLineOfKey();
    if (this.#isStopping) {
      if (this.#folder !== undefined)
        warnNotStored(`stopped at once. What the command wrote stays in ${this.#folder.path}.`);
      process.exit(signalStatus(signal));
    }
    this.#isStopping = true;
    say(`Stopping (${signal}) within ${this.#plan.graceInMs / 1000} s; once more stops at once.`);
    this.#patience.limit(this.#plan.graceInMs);
  }

  #flush(): void {
    for (const log of [...this.#streams, ...this.#tracked]) log.flush();
  }

  async #runChild(): Promise<CommandEnd> {
    const { command, args, streams, tracked, drainMs } = this.#plan;
    const child = await startCommand(command, args, this.#folder?.path);
    this.#child = child;
    if (this.#signalBeforeChild !== undefined) child.kill(this.#signalBeforeChild);
    const former = this.#storeFormer();
    this.#streams = [
      new StreamLog(child.stdout, process.stdout, this.#folder?.stdout, streams?.stdout, former),
      new StreamLog(child.stderr, process.stderr, this.#folder?.stderr, streams?.stderr, former),
    ];
    this.#tracked = tracked.map((log) => new LogUpload(log));
    const end = await child.ended;
    if (end.error)
      say(`cannot start ${JSON.stringify(command)}: ${explain(end.error)}`, {
        text: "batch-outputs run:",
        style: "red",
      });
    // As a shell does, which is not told: for it we end with a status.
    if (end.signal === "SIGINT") leaveLineOfKey();
    await this.#drain(drainMs);
    this.#isSaving = true;
    return end;
  }

  /** What a former attempt left on this node: stored while the command runs. It is never what makes this one fail. */
  async #storeFormer(): Promise<void> {
    const { streams, giveUpAfterMs } = this.#plan;
    if (this.#folder === undefined || streams === undefined) return;
    const plans = [streams.stdout, streams.stderr];
    try {
      await claimSpool(this.#folder.path, plans);
      await storeFormerSpools(this.#folder, plans, { giveUpAfterMs, stop: this.#patience.signal });
    } catch (error) {
      say(`What a former attempt may have left cannot be looked at: ${explain(error)}`);
    }
  }

  /** What the command wrote is read to its end; what its children write, who outlive it, for a while only. */
  async #drain(drainMs: number): Promise<void> {
    const timer = new AbortController();
    const spooled = Promise.all(this.#streams.map((stream) => stream.spooled));
    const isOver = await Promise.race([
      spooled.then(() => true),
      sleep(drainMs, false, { signal: timer.signal }).catch(() => false),
    ]);
    timer.abort();
    if (isOver) return;
    say(
      `batch-outputs run: the command has ended, but a process that it started still holds its output; what that writes from now on is not kept.`,
    );
    for (const stream of this.#streams) stream.letGo();
    await spooled;
  }

  async #finishLogs(): Promise<void> {
    const finished = await Promise.all([
      ...this.#streams.map((stream) => stream.finish(this.#patience)),
      ...this.#tracked.map((log) => this.#finishTracked(log)),
    ]);
    if (finished.includes(false)) this.isAllKept = false;
  }

  async #finishTracked(log: LogUpload): Promise<boolean> {
    const { error } = await log.finish(this.#patience);
    if (error === undefined) return true;
    const { kind, path, sourcePath } = log.plan;
    warnNotStored(`${kind} "${path}" (${basename(sourcePath)}) is not stored to its end. ${explain(error)}`);
    return false;
  }

  async #saveOutputs(outcome: "success" | "failure"): Promise<void> {
    const results = [];
    for (const unit of this.#plan.unitsFor(outcome)) results.push(await saveWithRetry(unit, this.#patience));
    const failed = results.filter(
      ({ error, entries }) => error !== undefined || entries.some((entry) => entry.error !== undefined),
    );
    if (failed.length > 0) {
      this.isAllKept = false;
      warnNotStored("some of the task's outputs; the files are where the command wrote them.");
    }
    await report(this.#plan.isQuiet ? failed : results, false);
  }
}
