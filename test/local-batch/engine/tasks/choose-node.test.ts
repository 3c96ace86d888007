import { expect, it } from "vitest";

import { chooseNode } from "../../../../src/local-batch/engine/tasks/choose-node.js";

const nodes = [
  { nodeId: "full", isDedicated: true, total: 4, used: 4 },
  { nodeId: "busy", isDedicated: true, total: 4, used: 3 },
  { nodeId: "half", isDedicated: true, total: 4, used: 2 },
  { nodeId: "free", isDedicated: false, total: 4, used: 0 },
];

it.each([
  ["spread", 1, "free"],
  ["pack", 1, "busy"],
  ["pack", 2, "half"],
  ["pack", 4, "free"],
] as const)("with %s tasks, a task of %i slots runs on the node that is %s", (fill, slots, nodeId) => {
  expect(chooseNode(nodes, { slots, exclusive: false }, fill)?.nodeId).toBe(nodeId);
});

it("finds no node for more slots than a node has", () => {
  expect(chooseNode(nodes, { slots: 5, exclusive: false }, "spread")).toBeUndefined();
});

it("runs a task that needs a node for itself on an empty one", () => {
  expect(chooseNode(nodes, { slots: 1, exclusive: true }, "pack")?.nodeId).toBe("free");
  expect(chooseNode(nodes.slice(0, 3), { slots: 1, exclusive: true }, "pack")).toBeUndefined();
});

it("runs a task that excludes spot nodes on dedicated ones", () => {
  const demand = { slots: 1, exclusive: false, dedicatedOnly: true };
  expect(chooseNode(nodes, demand, "spread")?.nodeId).toBe("half");
  expect(chooseNode(nodes, { ...demand, slots: 3 }, "spread")).toBeUndefined();
});
