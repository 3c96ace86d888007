// The program of a task: finds the primes from its first argument to its second, and saves them and its log.

import { writeFile } from "node:fs/promises";
import { EOL } from "node:os";
import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";

const [from = 2, to = 100] = process.argv.slice(2).map(Number);
const outputs = TaskOutputStorage.fromEnvironment();

// Batch writes what this program prints into stdout.txt, beside the working directory.
const log = await outputs.saveTracked(TaskOutputKind.TaskLog, String.raw`..\stdout.txt`);

const primes = findPrimes(from, to);
console.log(`${primes.length} primes from ${from} to ${to}`);
await writeFile("primes.txt", primes.map((prime) => `${prime}${EOL}`).join(""));
await outputs.save(TaskOutputKind.TaskOutput, "primes.txt");

await log.close();

function findPrimes(from: number, to: number): number[] {
  const primes: number[] = [];
  for (let number = Math.max(2, from); number <= to; number += 1) {
    const limit = Math.sqrt(number);
    let divisor = 2;
    while (divisor <= limit && number % divisor !== 0) divisor += 1;
    if (divisor > limit) primes.push(number);
  }
  return primes;
}
