import type { Context } from "hono";
import { isContainerImage } from "../../api/known-images.js";
import type { GivenPool } from "../../api/pool-shapes.js";
import { Refusal } from "../../api/refusal.js";
import type { RestEnv } from "../exchange/exchange.js";

type Machines = Partial<
  Pick<GivenPool, "cloudServiceConfiguration" | "networkConfiguration" | "virtualMachineConfiguration">
>;

/**
 * Rejects machines that Azure Batch does not offer to this client or in this API version, as recorded.
 * @throws Refusal `CloudServiceConfigurationRetired`, `Forbidden` or `InvalidPropertyValue`
 */
export function requireOfferedMachines(context: Context<RestEnv>, pool: Machines): void {
  // Earlier versions are recorded with pools of cloud services; this one without them, since their end.
  if (pool.cloudServiceConfiguration && context.var.apiVersion >= "2024-02-01.19.0")
    throw new Refusal("CloudServiceConfigurationRetired");
  requirePossibleSubnet(context, pool.networkConfiguration?.subnetId);
  requireContainerImage(context, pool.virtualMachineConfiguration);
}

const subnet =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/[^/]+\/providers\/Microsoft\.(?:Classic)?Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i;

/** A subscription that nobody has. */
const noSubscription = "00000000-0000-0000-0000-000000000000";

/**
 * A pool in a virtual network needs Microsoft Entra ID since 2017-05-01.5.0. It must be a network of the account's subscription. Here the
 * account is in the subscription that a client with a token names, and before, in none.
 */
function requirePossibleSubnet(context: Context<RestEnv>, subnetId: string | undefined): void {
  if (subnetId === undefined) return;
  const subscription = subnet.exec(subnetId)?.[1];
  const hasToken = context.var.authenticatedBy === "token";
  if (hasToken && subscription !== undefined && subscription !== noSubscription) return;
  if (!hasToken && context.var.apiVersion >= "2017-05-01.5.0")
    throw new Refusal("Forbidden", {
      Reason: `Property subnetId with value ${subnetId} is not enabled for current account`,
    });
  throw new Refusal("InvalidPropertyValue", {
    PropertyName: "subnetId",
    PropertyValue: subnetId,
    Reason:
      subscription === undefined
        ? "The specified subnetId is not the resource id of a subnet."
        : "The specified subnetId is in a different subscription and cannot be used with the current Batch account.",
  });
}

/** Containers needed an image for them; the descriptions of the API from 2022-10-01.16.0 on show them on any. */
function requireContainerImage(
  context: Context<RestEnv>,
  machine: Machines["virtualMachineConfiguration"],
): void {
  const { publisher, offer, sku = "" } = machine?.imageReference ?? {};
  if (machine?.["containerConfiguration"] === undefined || context.var.apiVersion >= "2022-10-01.16.0")
    return;
  if (publisher === undefined || offer === undefined || isContainerImage(publisher, offer, sku)) return;
  throw new Refusal("InvalidPropertyValue", {
    PropertyName: "containerConfiguration",
    Reason: `The specified imageReference with publisher ${publisher} offer ${offer} sku ${sku} does not support container feature.`,
  });
}
