/**
 * Computes a chain of hashes and writes it to result.txt in the end. Its state after each step is in checkpoint.json, from which it
 * continues if that is there. What it has printed is the last line of the file that its second argument names, out of the node's sight;
 * there, "from N" is the start of an attempt that continues from step N.
 * It takes its last step only when the file of its third argument exists: until then its node can be taken from it.
 *
 * Arguments: the number of steps; the file for what was printed; the file that permits the last step.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const [steps = "", printed = "", permit = ""] = process.argv.slice(2);
/** @type {(text: string) => string[]} */
const parseChain = JSON.parse;
const chain = existsSync("checkpoint.json") ? parseChain(readFileSync("checkpoint.json", "utf8")) : [];
appendFileSync(printed, `from ${chain.length}\n`);
while (chain.length < Number(steps)) {
  while (chain.length === Number(steps) - 1 && !existsSync(permit)) await sleep(20);
  const before = chain.at(-1) ?? "";
  chain.push(createHash("md5").update(`${before} ${chain.length}`).digest("hex"));
  writeSync(1, `${chain.length} ${chain.at(-1) ?? ""}\n`);
  writeFileSync("checkpoint.new", JSON.stringify(chain));
  renameSync("checkpoint.new", "checkpoint.json");
  appendFileSync(printed, `${chain.length}\n`);
  await sleep(5);
}
writeFileSync("result.txt", chain.join("\n"));
