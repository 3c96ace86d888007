import type { Hono } from "hono";
import { autoScaleEnable, autoScaleEvaluate, defaultAutoScaleInterval } from "../../api/pool-shapes.js";
import { Refusal } from "../../api/refusal.js";
import type { PoolRecord } from "../../state/records.js";
import { applyChange } from "../../state/stamps.js";
import {
  answerDone,
  answerNotModified,
  answerValue,
  type RestEnv,
  type RestService,
} from "../exchange/exchange.js";
import { readBody } from "../exchange/request-body.js";
import { urls } from "../exchange/urls.js";
import { stopResize } from "./pool-size.js";
import { getAllocation } from "./pool-view.js";
import { requirePool } from "./pools.js";

/**
 * The operations that enable, disable and evaluate automatic scaling. The engine evaluates an enabled formula
 * immediately, and then at intervals.
 */
export function addPoolAutoScaleRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { state } = service;
  app.post("/pools/:poolId/enableautoscale", async (context) => {
    const given = await readBody(context, autoScaleEnable);
    const pool = requirePool(state, context.req.param("poolId"));
    answerNotModified(context, pool);
    if (pool.state === "deleting") throw new Refusal("PoolBeingDeleted");
    if (getAllocation(pool, state).isResizing) throw new Refusal("PoolBeingResized");
    const { autoScaleFormula, autoScaleEvaluationInterval } = { ...pool.given, ...given };
    if (autoScaleFormula === undefined)
      throw new Refusal("MissingRequiredProperty", { PropertyName: "autoScaleFormula" });
    // The engine evaluates the formula when it reads this change.
    const { nextAutoScaleTime: _, resizeErrors: _errors, ...rest } = pool;
    const scaled = applyChange<PoolRecord>(rest, {
      given: {
        ...pool.given,
        enableAutoScale: true,
        autoScaleFormula,
        autoScaleEvaluationInterval: autoScaleEvaluationInterval ?? defaultAutoScaleInterval,
      },
    });
    state.pools.put(scaled);
    return answerDone(context, 200, urls.pool(service.endpoint(), pool.id), scaled);
  });
  app.post("/pools/:poolId/disableautoscale", (context) => {
    const pool = requirePool(state, context.req.param("poolId"));
    if (pool.state === "deleting") throw new Refusal("PoolBeingDeleted");
    const { nextAutoScaleTime: _, autoScaleRun: _run, given: scaled, ...rest } = pool;
    const { autoScaleFormula: _formula, autoScaleEvaluationInterval: _interval, ...given } = scaled;
    // The service stops a resize, and does not change the ETag.
    state.pools.put({ ...rest, given: { ...given, enableAutoScale: false }, ...stopResize(pool, state) });
    return answerDone(context, 200, urls.pool(service.endpoint(), pool.id), pool);
  });
  app.post("/pools/:poolId/evaluateautoscale", async (context) => {
    const { autoScaleFormula } = await readBody(context, autoScaleEvaluate);
    const pool = requirePool(state, context.req.param("poolId"));
    if (pool.state === "deleting") throw new Refusal("PoolBeingDeleted");
    if (pool.given.enableAutoScale !== true)
      throw new Refusal("OperationNotValidOnPool", {
        Reason: "Automatic scaling of the pool is not enabled.",
      });
    context.header("DataServiceId", `${urls.pool(service.endpoint(), pool.id)}/evaluateautoscale`);
    const run = service.evaluateAutoScale(pool, autoScaleFormula);
    return answerValue(service, context, "Microsoft.Azure.Batch.Protocol.Entities.AutoScaleRun", run);
  });
}
