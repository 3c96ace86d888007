import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";

import { requireTool } from "../support/required-tool.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { openTerminal, type Terminal } from "../support/terminal.js";
import { processesIn } from "./processes-in.js";

const client = join(import.meta.dirname, "../../examples/build/persist-outputs/client.js");

beforeEach((context) => {
  requireTool(context, "tmux", "-V");
});

/** The example in a terminal, where nothing can show a page; and the folder that it works in. */
async function startInTerminal(
  ...flags: readonly string[]
): Promise<{ terminal: Terminal; directory: string }> {
  const directory = createTemporaryFolder();
  const terminal = await openTerminal({ columns: 160, env: { BROWSER: "true" } });
  await terminal.waitForPrompt();
  const args = ["--frames", "2", "--width", "64", "--directory", directory, ...flags];
  await terminal.enter(`clear; node ${[client, ...args].join(" ")}`);
  return { terminal, directory };
}

test("in a terminal it shows the job in the viewer until Ctrl-C, and leaves nothing running", async () => {
  const { terminal, directory } = await startInTerminal();
  await terminal.waitUntil("Ctrl-C stops the viewer.");
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(await terminal.unbroken()) ?? [];
  expect(new URL(url).pathname).toMatch(/^\/jobs\/job-film-/);
  const answer = await fetch(url, { redirect: "manual" });
  expect(answer.status).toBe(303);
  const cookie = (answer.headers.get("set-cookie") ?? "").split(";", 1).join("");
  const container = new URL(url).pathname.replace("/jobs/", "");
  const outputs = await fetch(new URL(`/api/jobs/${container}/outputs`, url), { headers: { cookie } });
  expect(await outputs.text()).toContain("film.webp");

  await terminal.press("C-c");
  expect(await terminal.waitForPrompt()).toBe(0);
  expect(processesIn(directory)).toEqual([]);
});

test("in a terminal --no-view ends when the film is downloaded", async () => {
  const { terminal, directory } = await startInTerminal("--no-view");
  await terminal.waitUntil("The film: ");
  expect(await terminal.waitForPrompt()).toBe(0);
  expect(await terminal.screen()).not.toContain("127.0.0.1");
  expect(processesIn(directory)).toEqual([]);
});
