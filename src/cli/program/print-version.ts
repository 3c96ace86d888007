import { packageVersion } from "../../core/index.js";
import { print } from "../terminal/terminal.js";

/** Prints the version, and nothing else, if the command line asks for it: programs do so to find out whether this one is installed. */
export async function printVersion(args: readonly string[]): Promise<boolean> {
  if (args.length !== 1 || args[0] !== "--version") return false;
  await print(`${packageVersion}\n`);
  return true;
}
