import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A document of Azure's Scheduled Events, with the members that the documentation shows. */
export interface EventDocument {
  readonly DocumentIncarnation: number;
  readonly Events: readonly unknown[];
}

export interface MetadataService {
  readonly endpoint: string;
  /** Requests so far: path, and whether they had the header that the service demands. */
  readonly requests: readonly { readonly path: string; readonly hasHeader: boolean }[];
  /** What is answered from now on; a number is a status without a document. */
  answer: EventDocument | string | number;
  /** What is answered to the question for the name of the machine. */
  machineName: string;
}

export const noEvents: EventDocument = { DocumentIncarnation: 1, Events: [] };

/** The event of a machine that is taken away. */
export function createPreemption(machine: string, id = "preempt-1", type = "Preempt"): EventDocument {
  const event = {
    EventId: id,
    EventStatus: "Scheduled",
    EventType: type,
    ResourceType: "VirtualMachine",
    Resources: [machine],
    NotBefore: "Mon, 19 Sep 2016 18:29:47 GMT",
    Description: "",
    EventSource: "Platform",
    DurationInSeconds: -1,
  };
  return { DocumentIncarnation: 2, Events: [event] };
}

/** A service at 127.0.0.1 with the paths of the Instance Metadata Service, for the machine `node_3`. */
export async function startMetadataService(): Promise<MetadataService> {
  const requests: { path: string; hasHeader: boolean }[] = [];
  const service: Pick<MetadataService, "answer" | "machineName"> = {
    answer: noEvents,
    machineName: "node_3",
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    requests.push({ path: pathname, hasHeader: request.headers["metadata"] === "true" });
    const { answer } = service;
    if (pathname === "/metadata/instance/compute/name" && searchParams.get("format") === "text") {
      response.end(service.machineName);
    } else if (pathname !== "/metadata/scheduledevents" || searchParams.get("api-version") !== "2020-07-01") {
      response.writeHead(404).end();
    } else if (typeof answer === "number") response.writeHead(answer).end();
    else response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(service, { endpoint: `http://127.0.0.1:${port}`, requests });
}
