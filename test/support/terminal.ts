import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { onTestFinished, vi } from "vitest";

import { cliCommand, cliPath, createEnvironment } from "./cli.js";
import { createTemporaryFolder } from "./create-temporary-folder.js";
import { conditionTimeoutInMs } from "./time-limits.js";

/** A shell in a real terminal, with `batch-outputs` on its path: what somebody who sits there sees, and does. */
export interface Terminal {
  /** The folder that the shell is in. */
  readonly folder: string;
  /** What is shown, without spaces at the ends of lines and empty lines at the end. */
  screen(): Promise<string>;
  /** The same with the escape sequences of colours. */
  colouredScreen(): Promise<string>;
  /** The same as it was written: lines that the terminal had to break, because they did not fit, are one again. */
  unbroken(): Promise<string>;
  /** Presses keys, as tmux names them: "C-c", "Tab", "Enter". */
  press(...keys: readonly string[]): Promise<void>;
  /** Types a text, and nothing after it. */
  type(text: string): Promise<void>;
  /** Types a command line and Enter. */
  enter(line: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Fulfilled with the screen when it shows the text, or meets the condition. */
  waitUntil(shown: string | RegExp): Promise<string>;
  /** Fulfilled with the exit status of the last command when the shell asks for the next one. */
  waitForPrompt(): Promise<number>;
  /** Keeps the screen for the documents, where BATCH_OUTPUTS_SCREENS names a folder for it. */
  photograph(name: string): Promise<void>;
}

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly columns?: number;
  readonly rows?: number;
  /** The shell's command line; by itself a bash that reads no files of its user's. */
  readonly shell?: readonly string[];
}

const prompt = "$ ";
/** A screen that does not end in a prompt alone. */
const afterPrompt = /^(?!\$$)(?![^]*\n\$$)/;
const plainBash = ["bash", "--norc", "--noprofile"];

/** Opens a terminal in tmux, apart from any other tmux of this machine. It is closed when the test ends. */
export async function openTerminal(options: TerminalOptions = {}): Promise<Terminal> {
  const { columns = 80, rows = 24, shell = plainBash, env = {} } = options;
  const folder = createTemporaryFolder();
  const home = createTemporaryFolder();
  const variables = createEnvironment({
    HOME: home,
    HISTFILE: "/dev/null",
    LC_ALL: "C.UTF-8",
    // The shell's status in front of the prompt would be shown; the title is not, and tmux tells it.
    PS1: String.raw`\[\e]2;status $?\a\]` + prompt,
    TMUX_TMPDIR: home,
    ...env,
    PATH: `${folderWithProgram()}:${process.env["PATH"] ?? ""}`,
  });
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const all = ["-L", "test", "-f", "/dev/null", ...args];
    const { stdout } = await promisify(execFile)("tmux", all, { env: variables, encoding: "utf8" });
    return stdout;
  };
  await tmux(
    ...["start-server", ";", "set-option", "-g", "status", "off"],
    ...[
      ";",
      "set-option",
      "-g",
      "default-terminal",
      "tmux-256color",
      ";",
      "set-option",
      "-g",
      "history-limit",
      "5000",
    ],
    ...[";", "new-session", "-d", "-x", String(columns), "-y", String(rows), "-c", folder, "--", ...shell],
  );
  onTestFinished(async () => {
    await tmux("kill-server").catch(() => undefined);
  });
  const capture = async (...flags: readonly string[]): Promise<string> =>
    (await tmux("capture-pane", "-p", ...flags)).replace(/[ \t]+$/gm, "").replace(/\n+$/, "");
  const terminal: Terminal = {
    folder,
    screen: () => capture(),
    colouredScreen: () => capture("-e"),
    unbroken: () => capture("-J"),
    press: async (...keys) => {
      await tmux("send-keys", ...keys);
    },
    type: async (text) => {
      await tmux("send-keys", "-l", text);
    },
    enter: async (line) => {
      await tmux("send-keys", "-l", line);
      // Otherwise `waitForPrompt` could find the prompt that the line has not reached yet.
      if (line !== "") await terminal.waitUntil(afterPrompt);
      await tmux("send-keys", "Enter");
    },
    resize: async (width, height) => {
      await tmux("resize-window", "-x", String(width), "-y", String(height));
    },
    waitUntil: async (shown) => {
      let screen = "";
      const isShown = async (): Promise<boolean> => {
        screen = await capture();
        return typeof shown === "string" ? screen.includes(shown) : shown.test(screen);
      };
      try {
        await vi.waitUntil(isShown, { timeout: conditionTimeoutInMs });
      } catch (error) {
        throw new Error(`The terminal never showed ${String(shown)}, but:\n${screen}`, { cause: error });
      }
      return screen;
    },
    waitForPrompt: async () => {
      await terminal.waitUntil(/(?:^|\n)\$$/);
      const [, status = "?"] =
        /^status (\d+)$/.exec((await tmux("display-message", "-p", "#T")).trim()) ?? [];
      return Number(status);
    },
    photograph: async (name) => {
      const album = process.env["BATCH_OUTPUTS_SCREENS"];
      if (album === undefined) return;
      mkdirSync(album, { recursive: true });
      const [size, screen] = [await tmux("display-message", "-p", "#{pane_width}"), await capture("-e")];
      writeFileSync(join(album, `${name}.ansi`), `${size.trim()}\n${screen}\n`);
    },
  };
  return terminal;
}

/** `batch-outputs` as an installation puts it on the path. */
function folderWithProgram(): string {
  const folder = createTemporaryFolder();
  const [, script] = cliCommand;
  symlinkSync(script === undefined ? resolve(cliCommand[0]) : cliPath, join(folder, "batch-outputs"));
  return folder;
}
