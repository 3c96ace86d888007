import { expect, it } from "vitest";

import { EngineUnderTest, sh } from "./engine-under-test.js";

it("runs a task on a node and completes it with its exit code", async () => {
  const batch = await EngineUnderTest.start();
  batch.addPool("p", 2);
  batch.addJob("j", "p");
  batch.addTask("j", "good", sh("echo out; echo err >&2"));
  batch.addTask("j", "bad", sh("exit 3"));
  await batch.completed("j", "good", "bad");
  expect(batch.task("j", "good").run).toMatchObject({ exitCode: 0, result: "success" });
  expect(batch.task("j", "bad").run).toMatchObject({
    exitCode: 3,
    result: "failure",
    failureInfo: { category: "usererror", code: "FailureExitCode" },
  });
  expect(batch.read("j", "good", "stdout.txt")).toBe("out\n");
  expect(batch.read("j", "good", "stderr.txt")).toBe("err\n");
});
