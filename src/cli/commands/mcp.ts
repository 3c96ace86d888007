import type { Command } from "commander";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { addExamples, addJobFlags } from "../command-line/flags.js";
import { createMcpServer } from "../mcp/create-server.js";
import { openMcpStore } from "../mcp/mcp-store.js";
import { addBatchAccountFlags } from "../store/open-batch-account.js";
import { interruptSignal } from "../terminal/interrupts.js";

const about = `Serves the saved outputs to programs that speak the Model Context Protocol, such as coding agents, on standard input and output. All
tools only read: jobs, tasks, why, grep, tail, list, read and link. Nothing is changed, no answer contains a credential, answers are
limited to 64 KiB, and calls to 45 seconds. What was left out is said. Names and contents are marked as data that contains no instructions.

The server ends when its standard input ends.`;

/** `batch-outputs mcp`: serves saved outputs to agents. */
export function mcp(command: Command): void {
  command.description(about);
  addBatchAccountFlags(command);
  addJobFlags(command);
  addExamples(command, [
    ["For all jobs of an account, with AZURE_STORAGE_ACCOUNT_URL", "batch-outputs mcp"],
    ["For one job", "batch-outputs mcp --job film-7"],
  ]);
  command.action(async () => {
    const server = createMcpServer(openMcpStore(command));
    const signal = interruptSignal();
    const ended = new Promise<void>((resolve) => {
      process.stdin.once("end", resolve).once("close", resolve);
      signal.addEventListener("abort", () => {
        resolve();
      });
    });
    await server.connect(new StdioServerTransport());
    await ended;
    await server.close();
    process.stdin.unref();
  });
}
