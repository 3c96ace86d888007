/**
 * What it costs `run` to watch for the preemption of a spot node: a command that does nothing, on a node that is not asked, on one whose
 * metadata service answers, and on one whose metadata service accepts connections and is silent.
 */
import { createServer } from "node:http";
import { join } from "node:path";
import { alternate } from "../harness/alternate.mjs";
import { options } from "../harness/options.mjs";
import { figuresOf, keepSection } from "../harness/results.mjs";
import { containerUrlOf, startSink } from "../harness/start-sink.mjs";
import { comparison } from "../harness/table.mjs";
import { folder } from "../harness/workspace.mjs";

const program = join(import.meta.dirname, "../../dist/cli/batch-outputs.js");
const environment = { AZ_BATCH_JOB_ID: "spot", AZ_BATCH_TASK_ID: "t1", AZ_BATCH_TASK_DIR: folder };

/** @param {import("node:http").RequestListener} answer */
async function startMetadataService(answer) {
  const counts = { connections: 0 };
  const server = createServer(answer).listen(0, "127.0.0.1");
  server.on("connection", () => (counts.connections += 1));
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    counts,
    endpoint: `http://127.0.0.1:${port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function run() {
  const sink = await startSink();
  const answering = await startMetadataService((request, response) => {
    const isName = request.url?.includes("/compute/name") === true;
    response.end(isName ? "node_3" : '{"DocumentIncarnation":1,"Events":[]}');
  });
  const silent = await startMetadataService(() => undefined);
  let containers = 0;
  const command = (/** @type {string} */ url) => [
    ...[process.execPath, program, "run", "--quiet", "--container-url", url, "--", "true"],
  ];
  const variable = "AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT";
  const names = ["not a spot node", "a spot node: the service answers", "a spot node: the service is silent"];
  const [dedicated = "", asked = "", waiting = ""] = names;
  const contenders = [
    { name: dedicated, env: { ...environment, AZ_BATCH_NODE_IS_DEDICATED: "true" } },
    { name: asked, env: { ...environment, [variable]: answering.endpoint } },
    { name: waiting, env: { ...environment, [variable]: silent.endpoint } },
  ].map((contender) => ({ ...contender, command }));
  try {
    const rows = await alternate(contenders, {
      hasTrial: true,
      runs: Math.max(options.runs * 3, 3),
      before: async ({ command }) => {
        answering.counts.connections = silent.counts.connections = 0;
        return command(containerUrlOf(sink, `spot-${(containers += 1)}`), folder);
      },
      after: async ({ name }) => {
        if ((await sink.counters()).refused > 0) throw new Error("nothing right was stored");
        const connections = answering.counts.connections + silent.counts.connections;
        if (connections > 0 !== (name !== dedicated)) throw new Error(`${connections} connections`);
      },
    });
    await keepSection("spot-watch", {
      title: "Spot nodes: `run -- true`, and what the watch for a preemption adds",
      tables: comparison(rows, { items: 1, rate: "a second", ratePerItem: 1 }),
      figures: figuresOf(rows, 1),
    });
  } finally {
    answering.stop();
    silent.stop();
    await sink.stop();
  }
}

/** @type {import("../run.mjs").BenchWork[]} */
export const spotWatchWorks = [{ name: "spot-watch", run }];
