import * as fc from "fast-check";
import { expect, it } from "vitest";

import {
  formatRoute,
  getParentRoute,
  parseRoute,
  type Route,
} from "../../../src/viewer/web/address/routes.js";

const text = fc.string({ minLength: 1, unit: "grapheme" });

/** What a browser makes of an address: it takes "." and ".." segments out. */
function visited(address: string): string {
  return new URL(address, "http://127.0.0.1/mounted/").pathname.slice("/mounted/".length);
}

function expectFound(route: Route): void {
  expect(parseRoute(visited(formatRoute(route)))).toEqual(route);
}

it("finds every file by its URL, whatever its name", () => {
  fc.assert(
    fc.property(text, text, (container, blobName) => {
      // No URL can name these, the store's as little as the page's.
      fc.pre(![container, blobName].some((name) => name === "." || name === ".."));
      expectFound({ screen: "view", container, blobName });
    }),
  );
  for (const blobName of ["a/../b", "a/./b", "../x", "a//b", "a%2Fb", "t1/$TaskLog/ü #?.txt", "/a", "a/"]) {
    expectFound({ screen: "view", container: "job-1", blobName });
    expectFound({ screen: "node", container: "job-1", taskId: "t1", path: blobName });
  }
});

it("leads from a file up to the jobs", () => {
  const taskOf = (blobName: string) => (blobName.startsWith("t1/") ? "t1" : undefined);
  const container = "job-1";
  const task: Route = { screen: "task", container, taskId: "t1" };
  const job: Route = { screen: "job", container };
  expect(getParentRoute({ screen: "view", container, blobName: "t1/$TaskLog/a" }, taskOf)).toEqual(task);
  expect(getParentRoute({ screen: "view", container, blobName: "$JobOutput/a" }, taskOf)).toEqual(job);
  expect(getParentRoute({ screen: "node", container, taskId: "t1", path: "a" }, taskOf)).toEqual(task);
  expect(getParentRoute(task, taskOf)).toEqual(job);
  expect(getParentRoute(job, taskOf)).toEqual({ screen: "jobs" });
});

it("shows a truncated or mistyped URL as unknown, and never fails", () => {
  expect(parseRoute("nowhere")).toEqual({ screen: "unknown", address: "nowhere" });
  expect(parseRoute("jobs/job-1/tasks")).toEqual({ screen: "unknown", address: "jobs/job-1/tasks" });
  expect(parseRoute("jobs/job-1/view/100%").screen).toBe("view");
});
