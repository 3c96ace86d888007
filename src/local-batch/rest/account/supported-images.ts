import type { Hono } from "hono";
import { Refusal } from "../../api/refusal.js";
import type { RestEnv, RestService } from "../exchange/exchange.js";
import { answerListing } from "../exchange/listing.js";

/** Lists the images that pools can specify. They have no effect: tasks run directly on this machine. */
export function addSupportedImagesRoute(app: Hono<RestEnv>, service: RestService): void {
  app.get("/supportedimages", async (context) =>
    answerListing(service, context, {
      kind: "supportedimages",
      items: (after) => images.filter((image) => after === undefined || getSortKey(image) > after),
      getKey: getSortKey,
      createView: (image) => image,
      filterable: [
        "nodeAgentSKUId",
        "osType",
        "verificationType",
        ...["publisher", "offer", "sku", "version"].map((name) => `imageReference/${name}`),
      ],
    }),
  );
}

/** Lists the same images by node agent, for API versions before 2019-06-01.9.0. */
export function addNodeAgentSkusRoute(app: Hono<RestEnv>, service: RestService): void {
  app.get("/nodeagentskus", async (context) => {
    if (context.var.apiVersion >= "2019-06-01.9.0")
      throw new Refusal("InvalidUri", {
        Reason: "From version 2019-06-01.9.0 on, the operation is supportedimages.",
      });
    return answerListing(service, context, {
      kind: "nodeagentskus",
      items: (after) => agents.filter(({ id }) => after === undefined || id > after),
      getKey: ({ id }) => id,
      createView: (agent) => agent,
      filterable: ["id", "osType"],
    });
  });
}

interface SupportedImage {
  readonly imageReference: Readonly<Record<"publisher" | "offer" | "sku" | "version", string>>;
  readonly verificationType: "verified" | "unverified";
  readonly nodeAgentSKUId: string;
  readonly capabilities?: readonly string[];
  readonly osType: "linux" | "windows";
  /** When Azure Batch stops supporting the image. It can still be specified here. */
  readonly batchSupportEndOfLife?: string;
}

function getSortKey({ imageReference: { publisher, offer, sku } }: SupportedImage): string {
  return `${publisher}/${offer}/${sku}`;
}

/** Each line: publisher, offer, node agent, and SKUs with their capabilities, after `?` instead of `:` if not verified. */
const catalog = `
almalinux | almalinux-hpc | el 8 | 8_6-hpc-gen2?SupportsRDMAOnly+IntelMPIRuntimeInstalled+Generation2VMImage
almalinux | almalinux-x86_64 | el 8 | 8-gen1 8-gen2:Generation2VMImage
almalinux | almalinux-x86_64 | el 9 | 9-gen1 9-gen2:Generation2VMImage
canonical | 0001-com-ubuntu-server-focal | ubuntu 20.04 | 20_04-lts 20_04-lts-gen2:Generation2VMImage
canonical | 0001-com-ubuntu-server-jammy | ubuntu 22.04 | 22_04-lts 22_04-lts-gen2?Generation2VMImage
canonical | ubuntu-24_04-lts | ubuntu 24.04 | server:Generation2VMImage server-gen1
canonical | ubuntuserver | ubuntu 18.04 | 18.04-lts
debian | debian-11 | debian 11 | 11 11-gen2:Generation2VMImage
debian | debian-12 | debian 12 | 12 12-gen2:Generation2VMImage
microsoft-azure-batch | ubuntu-server-container | ubuntu 20.04 | 20-04-lts:DockerCompatible+NvidiaTeslaDriverInstalled+NvidiaGridDriverInstalled
microsoft-azure-batch | ubuntu-server-container-rdma | ubuntu 20.04 | 20-04-lts:DockerCompatible+NvidiaTeslaDriverInstalled+SupportsRDMAOnly+IntelMPIRuntimeInstalled
microsoft-dsvm | dsvm-win-2019 | windows amd64 | winserver-2019?
microsoft-dsvm | ubuntu-hpc | ubuntu 22.04 | 2204:DockerCompatible+SupportsRDMAOnly+Generation2VMImage+IntelMPIRuntimeInstalled
microsoftwindowsserver | windowsserver | windows amd64 | 2016-datacenter 2016-datacenter-smalldisk 2019-datacenter 2019-datacenter-core 2019-datacenter-core-smalldisk 2019-datacenter-smalldisk 2022-datacenter 2022-datacenter-core 2022-datacenter-core-smalldisk 2022-datacenter-smalldisk
`;

const images: readonly SupportedImage[] = catalog
  .trim()
  .split("\n")
  .flatMap((line) => {
    const [publisher = "", offer = "", agent = "", skus = ""] = line.split(" | ");
    return skus.split(" ").map((entry) => createImage(publisher, offer, agent, entry));
  })
  .sort((one, other) => (getSortKey(one) < getSortKey(other) ? -1 : 1));

function createImage(publisher: string, offer: string, agent: string, entry: string): SupportedImage {
  const [sku = "", capabilities = ""] = entry.split(/[:?]/);
  return {
    imageReference: { publisher, offer, sku, version: "latest" },
    verificationType: entry.includes("?") ? "unverified" : "verified",
    nodeAgentSKUId: `batch.node.${agent}`,
    ...(capabilities !== "" && { capabilities: capabilities.split("+") }),
    osType: agent.startsWith("windows") ? "windows" : "linux",
    ...(agent === "ubuntu 18.04" && { batchSupportEndOfLife: "2023-05-30T00:00:00Z" }),
  };
}

const agents = [...new Set(images.map(({ nodeAgentSKUId }) => nodeAgentSKUId))].sort().map((id) => {
  const ofAgent = images.filter(({ nodeAgentSKUId }) => nodeAgentSKUId === id);
  const verified = ofAgent.filter(({ verificationType }) => verificationType === "verified");
  return {
    id,
    verifiedImageReferences: verified.map(({ imageReference }) => imageReference),
    osType: id.includes("windows") ? "windows" : "linux",
  };
});
