import type { Context, Hono } from "hono";
import type { BatchState } from "../../state/batch-state.js";
import type { PoolRecord } from "../../state/records.js";
import { createPool } from "../../state/create-pool.js";
import { applyChange } from "../../state/stamps.js";
import {
  answerDone,
  answerEntity,
  answerNotModified,
  type RestEnv,
  type RestService,
} from "../exchange/exchange.js";
import { answerListing } from "../exchange/listing.js";
import { poolAdd } from "../../api/pool-shapes.js";
import { requireApplicationPackages } from "../account/applications.js";
import { Refusal } from "../../api/refusal.js";
import { readBody } from "../exchange/request-body.js";
import { createPoolView } from "./pool-view.js";
import { requireOfferedMachines } from "./require-offered-machines.js";
import { urls } from "../exchange/urls.js";

/** The operations add, list, get, exists and delete of pools. */
export function addPoolRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  app.post("/pools", async (context) => {
    const given = await readBody(context, poolAdd);
    requireOfferedMachines(context, given);
    await requireApplicationPackages(service, given.applicationPackageReferences);
    const former = state.pools.get(given.id);
    if (former) throw new Refusal(former.state === "deleting" ? "PoolBeingDeleted" : "PoolExists");
    if (state.pools.size >= (service.faults.quotas.pools ?? Infinity)) throw new Refusal("PoolQuotaReached");
    // Recorded of pools that were added in this version, and of no earlier ones.
    const certificates = context.var.apiVersion >= "2024-02-01.19.0" && { certificateReferences: [] };
    const pool = createPool({ ...certificates, ...given });
    const { autoScaleFormula } = pool.given;
    const isScaled = pool.given.enableAutoScale === true && autoScaleFormula !== undefined;
    // The response contains the first evaluation; the engine sets its targets afterwards.
    const run = isScaled && { autoScaleRun: service.evaluateAutoScale(pool, autoScaleFormula) };
    state.pools.put({ ...pool, ...run });
    return answerDone(context, 201, urls.pool(service.endpoint(), pool.id), pool);
  });
  app.get("/pools", async (context) =>
    answerListing(service, context, {
      kind: "pools",
      items: (after) => state.pools.inOrder("", after),
      getKey: ({ id }) => id,
      createView: (pool) => createPoolView(pool, service),
      filterable: filterablePool,
    }),
  );
  app.get("/pools/:poolId", (context) => {
    const pool = requirePool(state, context.req.param("poolId"));
    return (
      answerNotModified(context, pool) ??
      answerEntity(service, context, "pools", createPoolView(pool, service), pool)
    );
  });
  app.delete("/pools/:poolId", (context) => {
    const pool = requirePool(state, context.req.param("poolId"));
    answerNotModified(context, pool);
    if (pool.state === "deleting") throw new Refusal("PoolBeingDeleted");
    state.pools.put(applyChange(pool, { state: "deleting" }));
    return answerDone(context, 202, urls.pool(service.endpoint(), pool.id));
  });
}

export function requirePool(state: BatchState, poolId: string): PoolRecord {
  const pool = state.pools.get(poolId);
  if (!pool) throw new Refusal("PoolNotFound");
  return pool;
}

/** Returns the pool that a request changes, after checking the request's conditions and that the pool is not being deleted. */
export function requireChangeablePool(
  { state }: RestService,
  context: Context<RestEnv, "/pools/:poolId">,
): PoolRecord {
  const pool = requirePool(state, context.req.param("poolId"));
  answerNotModified(context, pool);
  if (pool.state === "deleting") throw new Refusal("PoolBeingDeleted");
  return pool;
}

/** Stores the changed pool, and responds. */
export function answerChangedPool(
  { state, endpoint }: RestService,
  context: Context<RestEnv>,
  status: 200 | 202 | 204,
  pool: PoolRecord,
): Response {
  state.pools.put(pool);
  return answerDone(context, status, urls.pool(endpoint(), pool.id), pool);
}

const filterablePool = [
  "id",
  "displayName",
  "state",
  "stateTransitionTime",
  "allocationState",
  "allocationStateTransitionTime",
  "creationTime",
  "lastModified",
  "vmSize",
  "enableAutoScale",
  "currentDedicatedNodes",
  "currentLowPriorityNodes",
  "targetDedicatedNodes",
  "targetLowPriorityNodes",
];
