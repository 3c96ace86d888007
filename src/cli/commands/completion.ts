import { Argument, type Command } from "commander";
import type { CommandEntry } from "../command-entry.js";
import { completedCommands, completionScripts } from "../completion.js";
import { addExamples } from "../options.js";
import { print } from "../terminal.js";

const about =
  "Prints a completion script for a shell: commands, flags, their values, and the kinds that everybody has.";

/** `batch-outputs completion`: prints a completion script. */
export function completion(command: Command, all: readonly CommandEntry[]): void {
  command
    .description(about)
    .addArgument(new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish"]));
  addExamples(command, [
    ["In ~/.bashrc", "source <(batch-outputs completion bash)"],
    ["In ~/.zshrc, after compinit", 'eval "$(batch-outputs completion zsh)"'],
    ["For fish, once", "batch-outputs completion fish > ~/.config/fish/completions/batch-outputs.fish"],
  ]);
  command.action(async (shell: keyof typeof completionScripts) => {
    await print(completionScripts[shell](await completedCommands(all)));
  });
}
