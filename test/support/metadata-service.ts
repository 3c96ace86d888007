import { createServer, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A document of Azure's Scheduled Events, with the members that the documentation shows. */
export interface EventDocument {
  readonly DocumentIncarnation: number;
  readonly Events: readonly unknown[];
}

export interface MetadataRequest {
  readonly path: string;
  /** Whether it had the header that the service demands. */
  readonly hasHeader: boolean;
  /** Whether its connection was closed before it was answered. */
  isGivenUp: boolean;
}

export interface MetadataService {
  readonly endpoint: string;
  readonly requests: readonly MetadataRequest[];
  /** What is answered from now on; a number is a status without a document. */
  answer: EventDocument | string | number;
  /** What is answered to the question for the name of the machine. */
  machineName: string;
  /** Calls `answer` when a request is to be answered, or never; by default at once. */
  whenToAnswer: (answer: () => void, request: MetadataRequest) => void;
}

export const noEvents: EventDocument = { DocumentIncarnation: 1, Events: [] };

/** The event of a machine that is taken away. */
export function createPreemption(
  machine: string,
  id = "preempt-1",
  type = "Preempt",
  notBefore = "Mon, 19 Sep 2016 18:29:47 GMT",
): EventDocument {
  const event = {
    EventId: id,
    EventStatus: "Scheduled",
    EventType: type,
    ResourceType: "VirtualMachine",
    Resources: [machine],
    NotBefore: notBefore,
    Description: "",
    EventSource: "Platform",
    DurationInSeconds: -1,
  };
  return { DocumentIncarnation: 2, Events: [event] };
}

/** A service at 127.0.0.1 with the paths of the Instance Metadata Service, for the machine `node_3`. */
export async function startMetadataService(): Promise<MetadataService> {
  const requests: MetadataRequest[] = [];
  const service: Pick<MetadataService, "answer" | "machineName" | "whenToAnswer"> = {
    answer: noEvents,
    machineName: "node_3",
    whenToAnswer: (answer) => {
      answer();
    },
  };
  const respond = ({ pathname, searchParams }: URL, response: ServerResponse): void => {
    const { answer } = service;
    if (pathname === "/metadata/instance/compute/name" && searchParams.get("format") === "text") {
      response.end(service.machineName);
    } else if (pathname !== "/metadata/scheduledevents" || searchParams.get("api-version") !== "2020-07-01") {
      response.writeHead(404).end();
    } else if (typeof answer === "number") response.writeHead(answer).end();
    else response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const own = {
      path: url.pathname,
      hasHeader: request.headers["metadata"] === "true",
      isGivenUp: false,
    };
    requests.push(own);
    response.on("close", () => {
      own.isGivenUp = !response.writableEnded;
    });
    service.whenToAnswer(() => {
      respond(url, response);
    }, own);
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
