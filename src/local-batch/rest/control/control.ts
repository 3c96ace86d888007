import type { Context, Hono } from "hono";
import {
  enumeration,
  type Given,
  integer,
  number,
  object,
  required,
  type Shape,
  text,
} from "../../api/shape.js";
import { getTimestamp } from "../../state/clock.js";
import { localPrefix } from "../../api/local-addresses.js";
import type { RestEnv, RestService } from "../exchange/exchange.js";
import { readBody } from "../exchange/request-body.js";

const nonNegative = number(0, Number.MAX_SAFE_INTEGER);

const advance = object({ durationInMs: required(nonNegative) });

const refuseRequests = object({
  code: enumeration("ServerBusy", "InternalError", "OperationTimedOut"),
  count: integer(1, 1_000_000),
  method: text(16),
  pathPrefix: text(1_024),
  retryAfterInSeconds: nonNegative,
});

const delay = object({ durationInMs: required(nonNegative) });

const quotas = object({
  pools: integer(0, 1_000_000),
  activeJobsAndSchedules: integer(0, 1_000_000),
  dedicatedNodes: integer(0, 1_000_000),
  lowPriorityNodes: integer(0, 1_000_000),
});

const failScheduling = object({
  jobId: required(text(256)),
  taskId: required(text(64)),
  reason: text(1_024),
});

/**
 * The operations of `LocalBatch.clock` and `LocalBatch.faults` as requests, for programs in other languages. Azure does
 * not have these operations. The requests are signed like all others, and need no `api-version`.
 */
export function addControlRoutes(app: Hono<RestEnv>, service: RestService): void {
  const { faults } = service;
  const showTime = (context: Context<RestEnv>): Response => context.json({ now: getTimestamp() });
  const route = <S extends Shape<unknown>>(
    path: string,
    shape: S,
    act: (given: Given<S>) => void | Promise<void>,
  ): void => {
    app.post(`${localPrefix}${path}`, async (context) => {
      await act((await readBody(context, shape, {})) as Given<S>);
      return context.body(null, 204);
    });
  };
  app.get(`${localPrefix}clock`, showTime);
  app.post(`${localPrefix}clock/advance`, async (context) => {
    const { durationInMs } = await readBody(context, advance);
    await service.advance(durationInMs);
    return showTime(context);
  });
  route("faults/refuserequests", refuseRequests, (given) => {
    faults.refuseRequests(given);
  });
  route("faults/delaynodestarts", delay, ({ durationInMs }) => {
    faults.delayNodeStarts(durationInMs);
  });
  route("faults/delayresizes", delay, ({ durationInMs }) => {
    faults.delayResizes(durationInMs);
  });
  route("faults/quotas", quotas, (given) => {
    faults.setQuotas(given);
  });
  route("faults/failscheduling", failScheduling, ({ jobId, taskId, reason }) => {
    faults.failScheduling(jobId, taskId, reason);
  });
  app.delete(`${localPrefix}faults`, (context) => {
    faults.clear();
    return context.body(null, 204);
  });
}
