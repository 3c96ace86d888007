import { expect, test } from "vitest";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import type { LogMatches, LogSearchProgress } from "../../../src/viewer/protocol/index.js";
import { startStrictAccount } from "../../support/strict-account.js";
import { readFailureCode, readMessages, setUpViewer, type ViewerFixture } from "./support/viewer-fixture.js";

const archived = "t1/$TaskLog/stdout.txt";
const available = "t2/$TaskLog/stdout.txt";

/** A viewer of two tasks with a log each; that of `t1` is archived. */
async function setUpArchived(): Promise<ViewerFixture> {
  const { connectionString } = await startStrictAccount("flat");
  const fixture = await setUpViewer({ client: BatchOutputsClient.fromConnectionString(connectionString) });
  for (const name of [archived, available]) await fixture.put(name, "KeyError: 'needle'\n");
  await fixture.stored.getBlobClient(archived).setAccessTier("Archive");
  return fixture;
}

test("an archived log is reported with what to do, and the others are searched", async () => {
  const fixture = await setUpArchived();
  const asked = await fixture.ask(`api/jobs/${fixture.container}/search`, {
    method: "POST",
    body: JSON.stringify({ text: "needle" }),
  });
  const messages = await readMessages<LogMatches, LogSearchProgress>(asked);
  expect(messages.flatMap((message) => ("item" in message ? [message.item.taskId] : []))).toEqual(["t2"]);
  expect(messages.findLast((message) => "progress" in message)).toMatchObject({
    progress: { searchedLogs: 2, unreadableLogs: 1, archivedLogs: 1 },
  });
});

test("an archived output is not taken for an empty one", async () => {
  const fixture = await setUpArchived();
  const answer = await fixture.ask(`content/${fixture.container}/${archived}`);
  expect(await readFailureCode(answer)).toBe("409 OutputArchived");
});

test("the causes of failures do not include that of an archived log, and its task is counted", async () => {
  const fixture = await setUpArchived();
  const answer = await fixture.ask(`api/jobs/${fixture.container}/failures?unknown`);
  expect(await answer.json()).toMatchObject({ groups: [{ taskIds: ["t2"] }], archivedCount: 1 });
});

test("a zip contains the others, and a list of the archived ones", async () => {
  const fixture = await setUpArchived();
  const selection = JSON.stringify({ container: fixture.container });
  const answer = await fixture.ask("zip", { method: "POST", body: new URLSearchParams({ selection }) });
  const text = Buffer.from(await answer.arrayBuffer()).toString("latin1");
  expect(text).toContain(available);
  expect(text).toMatch(/NOT-INCLUDED\.txt[^]*access tier Archive[^]*"t1\/\$TaskLog\/stdout\.txt"/);
});
