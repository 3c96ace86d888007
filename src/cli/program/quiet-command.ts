import { Command } from "commander";

declare module "commander" {
  // Commander calls these methods for a wrong command line, but its types do not contain them.
  interface Command {
    unknownOption(flag: string): void;
    unknownCommand(): void;
  }
}

/** A mistyped flag or command. A longer text may be a credential, and is not repeated. */
const shortWord = /^-{0,2}[A-Za-z][\w-]{0,30}$/;

/** A command whose messages repeat no value of the command line, since an invalid one may be a credential. */
export class QuietCommand extends Command {
  override createCommand(name?: string): QuietCommand {
    return new QuietCommand(name);
  }

  override unknownOption(flag: string): void {
    const [name = ""] = flag.split("=", 1);
    if (shortWord.test(name)) super.unknownOption(name);
    else this.error("error: unknown option", { code: "commander.unknownOption" });
  }

  override unknownCommand(): void {
    const [name = ""] = this.args;
    if (shortWord.test(name)) super.unknownCommand();
    else this.error("error: unknown command", { code: "commander.unknownCommand" });
  }
}
