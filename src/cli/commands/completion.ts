import { Argument, type Command } from "commander";
import type { CommandEntry } from "../command-line/command-entry.js";
import { createBashScript } from "../completion/bash-script.js";
import { readCompletedCommands } from "../completion/completed-commands.js";
import { createFishScript } from "../completion/fish-script.js";
import { createZshScript } from "../completion/zsh-script.js";
import { addExamples } from "../command-line/flags.js";
import { print } from "../terminal/terminal.js";

const about = `Prints a shell completion script for commands, flags, their values and the standard output kinds.`;

const scripts = { bash: createBashScript, zsh: createZshScript, fish: createFishScript } as const;

/** `batch-outputs completion`: prints a completion script. */
export function completion(command: Command, all: readonly CommandEntry[]): void {
  command.description(about).addArgument(new Argument("<shell>", "the shell").choices(Object.keys(scripts)));
  addExamples(command, [
    ["In ~/.bashrc", "source <(batch-outputs completion bash)"],
    ["In ~/.zshrc, after compinit", 'eval "$(batch-outputs completion zsh)"'],
    ["For fish, once", "batch-outputs completion fish > ~/.config/fish/completions/batch-outputs.fish"],
  ]);
  command.action(async (shell: keyof typeof scripts) => {
    await print(scripts[shell](await readCompletedCommands(all)));
  });
}
