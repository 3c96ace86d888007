/**
 * The action that Azure is about to take. `Preempt`: a spot node is evicted, with at least 30 seconds' notice.
 * `Terminate`: the machine is deleted. Azure may add other types.
 */
export type ScheduledEventType = "Freeze" | "Reboot" | "Redeploy" | "Preempt" | "Terminate";

/** An event of Azure's Scheduled Events that concerns this machine. */
export interface ScheduledEvent {
  /** The id of the event, the same at each reading. */
  readonly id: string;
  /** What will happen to the machine: `Preempt` takes away a spot node. */
  readonly type: ScheduledEventType | (string & {});
  /** The event does not happen before this time. `undefined` when it has started already. */
  readonly notBefore: Date | undefined;
}

/**
 * Parses a document of the Scheduled Events.
 *
 * @param machine The name of this machine: the document also lists events of others in the same scale set.
 * @returns `undefined` if it is no such document.
 */
export function parseScheduledEvents(text: string, machine: string): readonly ScheduledEvent[] | undefined {
  const document = parseJson(text);
  if (!isObject(document) || !Array.isArray(document["Events"])) return undefined;
  return document["Events"].flatMap((event: unknown) => {
    if (!isObject(event)) return [];
    const { EventId: id, EventType: type, NotBefore: notBefore, Resources: resources } = event;
    if (typeof id !== "string" || typeof type !== "string" || !Array.isArray(resources)) return [];
    const concernsMachine = resources.some(
      (name) => typeof name === "string" && name.toLowerCase() === machine.toLowerCase(),
    );
    return concernsMachine ? [{ id, type, notBefore: readDate(notBefore) }] : [];
  });
}

function readDate(value: unknown): Date | undefined {
  const date = typeof value === "string" && value !== "" ? new Date(value) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
