import type { Hono } from "hono";
import { Refusal } from "../../api/refusal.js";
import { getTime } from "../../state/clock.js";
import type { NodeRecord, PoolRecord } from "../../state/records.js";
import type { RestEnv, RestService } from "../exchange/exchange.js";
import { answerListing } from "../exchange/listing.js";

/** The service adds up usage in intervals of half an hour. */
const intervalInMs = 30 * 60_000;

/**
 * Lists the node hours of each pool by half-hour intervals, for pools and nodes that still exist. From 2024-02-01.19.0 on, the answer is
 * that of Azure since the end of this operation.
 */
export function addUsageMetricsRoute(app: Hono<RestEnv>, { state, ...service }: RestService): void {
  app.get("/poolusagemetrics", async (context) => {
    if (context.var.apiVersion >= "2024-02-01.19.0") throw new Refusal("PoolUsageMetricAPIRetired");
    const now = getTime();
    const end = readTime("endtime", context.req.query("endtime")) ?? now;
    const given = readTime("starttime", context.req.query("starttime"));
    const start = given ?? Math.floor(end / intervalInMs) * intervalInMs;
    const metrics = [...state.pools].flatMap((pool) =>
      measureUsage(pool, [...state.nodes.of(pool.id)], start, Math.min(end, now)),
    );
    metrics.sort((one, other) => (getUsageKey(one) < getUsageKey(other) ? -1 : 1));
    return answerListing({ state, ...service }, context, {
      kind: "poolusagemetrics",
      items: (after) => metrics.filter((one) => after === undefined || getUsageKey(one) > after),
      getKey: getUsageKey,
      createView: (metric) => metric,
      filterable: ["poolId"],
    });
  });
}

interface PoolUsage {
  readonly poolId: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly vmSize: string;
  readonly totalCoreHours: number;
  /** Data transfer, for API versions before 2018-12-01. It is not measured here. */
  readonly dataIngressGiB: 0;
  readonly dataEgressGiB: 0;
}

function getUsageKey({ startTime, poolId }: PoolUsage): string {
  return `${startTime} ${poolId.toLowerCase()}`;
}

function measureUsage(
  pool: PoolRecord,
  nodes: readonly NodeRecord[],
  start: number,
  end: number,
): PoolUsage[] {
  const usages: PoolUsage[] = [];
  const earliest = Math.max(start, Date.parse(pool.creationTime));
  for (let from = Math.floor(earliest / intervalInMs) * intervalInMs; from < end; from += intervalInMs) {
    const until = from + intervalInMs;
    const nodeTimeInMs = nodes.reduce(
      (sum, { creationTime }) =>
        sum + Math.max(0, Math.min(until, end) - Math.max(from, Date.parse(creationTime))),
      0,
    );
    if (nodeTimeInMs === 0) continue;
    usages.push({
      poolId: pool.id,
      startTime: new Date(from).toISOString(),
      endTime: new Date(until).toISOString(),
      vmSize: pool.given.vmSize,
      totalCoreHours: (nodeTimeInMs / 3_600_000) * countCores(pool.given.vmSize),
      dataIngressGiB: 0,
      dataEgressGiB: 0,
    });
  }
  return usages;
}

/** Derives the number of cores from the name of a size, such as `standard_d4s_v3`; 1 if the name has no number. */
function countCores(vmSize: string): number {
  return Number(/^standard_[a-z]+(\d+)/i.exec(vmSize)?.[1] ?? 1);
}

function readTime(name: string, value: string | undefined): number | undefined {
  if (value === undefined || value === "") return undefined;
  const time = Date.parse(value);
  if (!Number.isNaN(time)) return time;
  throw new Refusal("InvalidQueryParameterValue", {
    QueryParameterName: name,
    QueryParameterValue: value,
    Reason: "It must be an ISO 8601 date and time.",
  });
}
