import type { Hono } from "hono";
import type { BatchState } from "../../state/batch-state.js";
import type { PoolRecord } from "../../state/records.js";
import { hasDeallocation } from "../../api/api-versions.js";
import type { RestEnv, RestService } from "../exchange/exchange.js";
import { answerListing } from "../exchange/listing.js";

/** What is asked of the account: the images that pools can have, and the nodes of all pools by their state. */
export function addAccountRoutes(app: Hono<RestEnv>, service: RestService): void {
  app.get("/supportedimages", async (context) =>
    answerListing(service, context, {
      kind: "supportedimages",
      items: (after) => images.filter(({ key }) => after === undefined || key > after),
      keyOf: ({ key }) => key,
      viewOf: ({ image }) => image,
      filterable: ["nodeAgentSKUId", "osType", "verificationType", ...imageNames],
    }),
  );
  app.get("/nodecounts", async (context) => {
    const { apiVersion } = context.var;
    return answerListing(service, context, {
      kind: "poolnodecounts",
      items: (after) => service.state.pools.inOrder("", after),
      keyOf: ({ id }) => id,
      viewOf: (pool) => nodeCounts(pool, service.state, apiVersion),
      filterable: ["poolId"],
    });
  });
}

const imageNames = ["publisher", "offer", "sku", "version"].map((name) => `imageReference/${name}`);

/** Any image is as good as another: tasks run on this machine as it is. These are for programs that choose from the list. */
const images = [
  createImage("almalinux", "almalinux-x86_64", "9-gen2", "batch.node.el 9"),
  createImage("canonical", "0001-com-ubuntu-server-jammy", "22_04-lts", "batch.node.ubuntu 22.04"),
  createImage("canonical", "ubuntu-24_04-lts", "server", "batch.node.ubuntu 24.04"),
  createImage("debian", "debian-12", "12", "batch.node.debian 12"),
];

function createImage(
  publisher: string,
  offer: string,
  sku: string,
  agent: string,
): { key: string; image: object } {
  return {
    key: `${publisher}/${offer}`,
    image: {
      nodeAgentSKUId: agent,
      imageReference: { publisher, offer, sku, version: "latest" },
      osType: "linux",
      capabilities: [],
      verificationType: "unverified",
    },
  };
}

/** As the counts name them; a node's state is the same in lower case. */
const countedStates = [
  "creating",
  "idle",
  "offline",
  "preempted",
  "rebooting",
  "reimaging",
  "running",
  "starting",
  "startTaskFailed",
  "leavingPool",
  "unknown",
  "unusable",
  "waitingForStartTask",
];

const laterStates = ["upgradingOS", "deallocated", "deallocating"];

function nodeCounts(pool: PoolRecord, state: BatchState, apiVersion: string): object {
  const states = [...countedStates, ...(hasDeallocation(apiVersion) ? laterStates : [])];
  const count = (isDedicated: boolean): Record<string, number> => {
    const nodes = [...state.nodes.of(pool.id)].filter((node) => node.isDedicated === isDedicated);
    const counts = states.map((name) => [
      name,
      nodes.filter((node) => node.state === name.toLowerCase()).length,
    ]);
    return { ...(Object.fromEntries(counts) as Record<string, number>), total: nodes.length };
  };
  return { poolId: pool.id, dedicated: count(true), lowPriority: count(false) };
}
