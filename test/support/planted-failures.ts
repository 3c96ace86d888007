/** What differs between tasks: all of it is in every line of a planted log. */
interface Noise {
  readonly n: number;
  readonly time: string;
  readonly uuid: string;
  readonly hex: string;
  readonly address: string;
  readonly path: string;
}

/** A cause of failures, as its program writes it. */
interface PlantedCause {
  readonly exitCode: number;
  /** A text that the diagnosis of the cause must contain. */
  readonly says: string;
  readonly log: (noise: Noise) => readonly string[];
}

export const plantedCauses: readonly PlantedCause[] = [
  {
    exitCode: 1,
    says: "No space left on device",
    log: ({ n, path }) => [
      "Traceback (most recent call last):",
      `  File "${path}/write.py", line ${n % 90}, in write`,
      `OSError: [Errno 28] No space left on device: '${path}/part-${n}.parquet'`,
    ],
  },
  {
    exitCode: 1,
    says: "CUDA out of memory",
    log: ({ n }) => [
      "Traceback (most recent call last):",
      `  File "/app/train.py", line ${n % 300}, in <module>`,
      `torch.OutOfMemoryError: CUDA out of memory. Tried to allocate ${n}.00 MiB. GPU ${n % 4} has a total capacity of ${n % 80}.15 GiB`,
    ],
  },
  {
    exitCode: 137,
    says: "SIGKILL",
    log: ({ n, hex }) => [`iteration ${n} residual ${n / 7}e-${n % 9} state ${hex}`],
  },
  {
    exitCode: 127,
    says: "gdalwarp: command not found",
    log: ({ n, path }) => [`${path}/run.sh: line ${n % 40}: gdalwarp: command not found`],
  },
  {
    exitCode: 1,
    says: "java.net.ConnectException: Connection refused",
    log: ({ n, address }) => [
      `Exception in thread "pool-${n % 9}-thread-${n}" java.lang.RuntimeException: cannot load the catalog from ${address}`,
      `\tat com.acme.Catalog.load(Catalog.java:${n % 80})`,
      `Caused by: java.net.ConnectException: Connection refused: ${address}`,
      `\t... ${n % 9} more`,
    ],
  },
  {
    exitCode: 3,
    says: "is no valid mesh",
    log: ({ n, uuid, path }) => [`ERROR: ${path}/${uuid}.msh (${n} vertices) is no valid mesh`],
  },
  {
    exitCode: 139,
    says: "Segmentation fault",
    log: ({ n, path }) => [
      `${path}/run.sh: line ${n % 40}: ${n} Segmentation fault      (core dumped) ./solver`,
    ],
  },
];

/** The log of a task that failed: lines of its work, a progress bar, and the error. */
export function createFailedLog(cause: PlantedCause, n: number): string {
  const noise = createNoise(n);
  const error = cause.log(noise);
  return [...createWork(noise), createBar(n), ...error, ""].join("\n");
}

/** The log of a task that succeeded; it also speaks of errors. */
export function createGoodLog(n: number): string {
  const noise = createNoise(n);
  return [...createWork(noise), createBar(n), `${noise.time} INFO done, 0 errors`, ""].join("\n");
}

function createWork({ n, time, uuid, hex, address, path }: Noise): string[] {
  return Array.from(
    { length: 20 },
    (_, step) => `${time} INFO [worker-${n}] step ${step} of ${uuid} at ${hex} from ${address} into ${path}`,
  );
}

function createBar(n: number): string {
  return Array.from(
    { length: 10 },
    (_, part) => `\r${part * 10}%|${"#".repeat(part)}| ${n + part}/${n + 10} [00:0${part}]`,
  ).join("");
}

function createNoise(n: number): Noise {
  const hash = (Math.imul(n + 1, 2_654_435_761) >>> 0).toString(16).padStart(8, "0");
  return {
    n,
    time: new Date(Date.UTC(2026, 10, 28) + n * 1_237).toISOString(),
    uuid: `${hash}-9dc0-41d1-b245-${hash}fe01`,
    hex: `0x${hash}`,
    address: `10.${n % 4}.${n % 251}.${(n * 7) % 251}:${5_000 + (n % 900)}`,
    path: `/mnt/batch/tasks/workitems/${hash}/job-1/t${n}/wd`,
  };
}
