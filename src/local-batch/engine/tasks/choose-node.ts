/** A node that tasks may be started on. */
export interface NodeSlots {
  readonly nodeId: string;
  readonly isDedicated: boolean;
  readonly total: number;
  used: number;
}

/** The slots that a task needs. */
export interface SlotDemand {
  readonly slots: number;
  /** Whether it uses a node exclusively, with all of its slots. */
  readonly exclusive: boolean;
  /** Whether it does not run on a spot node. */
  readonly dedicatedOnly?: boolean;
}

/** Chooses as many different nodes as a multi-instance task has instances, the first of them for the primary. */
export function chooseNodes(
  nodes: readonly NodeSlots[],
  demand: SlotDemand,
  fill: "spread" | "pack",
  count: number,
): NodeSlots[] | undefined {
  const chosen: NodeSlots[] = [];
  while (chosen.length < count) {
    const node = chooseNode(
      nodes.filter((one) => !chosen.includes(one)),
      demand,
      fill,
    );
    if (!node) return undefined;
    chosen.push(node);
  }
  return chosen;
}

/**
 * Chooses the node for a task: the emptiest one if tasks are to be spread, the fullest one if they are to be packed;
 * among equals the last if they are spread, the first if they are packed. `undefined` if no node has room.
 */
export function chooseNode(
  nodes: readonly NodeSlots[],
  { slots, exclusive, dedicatedOnly = false }: SlotDemand,
  fill: "spread" | "pack",
): NodeSlots | undefined {
  let chosen: NodeSlots | undefined;
  for (const node of nodes) {
    if (node.used + slots > node.total || (exclusive && node.used > 0)) continue;
    if (dedicatedOnly && !node.isDedicated) continue;
    if (!chosen || (fill === "spread" ? node.used <= chosen.used : node.used > chosen.used)) chosen = node;
  }
  return chosen;
}
