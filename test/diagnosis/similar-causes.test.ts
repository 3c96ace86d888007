import { expect, test } from "vitest";

import { type ExaminedFailure, findError, groupFailures } from "../../src/diagnosis/index.js";

/** Seven causes of which several differ by one word. Every line has parts that differ from task to task. */
const causes: readonly ((noise: Noise) => readonly string[])[] = [
  ({ temporary }) => [
    `  File "${temporary}", line 3, in <module>`,
    "ModuleNotFoundError: No module named 'numpy'",
  ],
  ({ temporary }) => [
    `  File "${temporary}", line 9, in <module>`,
    "ModuleNotFoundError: No module named 'numba'",
  ],
  ({ n, pod }) => [`${pod}: src/lu.c:${100 + (n % 40)}: factor: Assertion \`pivot != 0' failed.`],
  ({ time, address, size }) => [`${time} ERROR upload of ${size} to ${address}: status code 403`],
  ({ time, address, size }) => [`${time} ERROR upload of ${size} to ${address}: status code 503`],
  ({ thread, file, duration }) => [
    `[${thread}] ERROR: cannot open ${file} after ${duration}: No such file or directory`,
  ],
  ({ thread, file, duration }) => [
    `[${thread}] ERROR: cannot open ${file} after ${duration}: Permission denied`,
  ],
];

interface Noise {
  readonly n: number;
  readonly time: string;
  readonly address: string;
  readonly size: string;
  readonly duration: string;
  readonly pod: string;
  readonly thread: string;
  readonly temporary: string;
  readonly file: string;
}

function pick(n: number, ...texts: readonly string[]): string {
  return texts[n % texts.length] ?? "";
}

/** The texts of one kind have several forms, because programs choose the unit by the number, and nodes their own format. */
function createNoise(n: number): Noise {
  const hash = (Math.imul(n + 1, 2_654_435_761) >>> 0).toString(16).padStart(8, "0");
  const at = new Date(Date.UTC(2026, n % 12, 1 + (n % 28), n % 24, n % 60, (n * 7) % 60, (n * 13) % 1_000));
  const [day = "", clock = ""] = at.toISOString().replace("Z", "").split("T");
  const [weekday, date, month, year] = at.toUTCString().replace(",", "").split(" ");
  return {
    n,
    time: pick(
      n,
      ...[at.toISOString(), `${day} ${clock.replace(".", ",")}`, `${day}T${clock}+02:00`, at.toUTCString()],
      ...[`${date}/${month}/${year}:${clock.slice(0, 8)} +0100`, `${date}-${month}-${year} ${clock}`],
      ...[
        `${month} ${Number(date)} ${clock.slice(0, 8)}`,
        `${weekday} ${month} ${date} ${clock.slice(0, 8)} CET ${year}`,
      ],
      ...[
        at.toISOString().replaceAll(/[-:]/g, ""),
        `${1 + (n % 12)}/${date}/${year} ${1 + (n % 12)}:09:07 PM`,
      ],
    ),
    address: pick(
      n,
      `10.0.${n % 256}.7:443`,
      `2001:db8::${hash.slice(0, 4)}`,
      `[2001:db8:${hash.slice(4)}::1]:${5_000 + n}`,
      `fe80::${hash.slice(2, 6)}:1%eth0`,
    ),
    size: pick(n, `${n} bytes`, `${n / 10} KiB`, `${n},5 MB`, `1'${200 + (n % 700)}.25 MiB`, `${n}G`),
    duration: pick(n, `${n}ms`, `${n / 8}s`, `${n % 60}m${n % 59}s`, `1h${n % 60}m3.5s`, `${n}\u00b5s`),
    pod: pick(n, `render-0${hash.slice(1, 5)}`, `render-${10_000 + n}`),
    thread: pick(n, `pool-${n % 9}-thread-${n}`, `\u001b[33mworker-${n}\u001b[0m`, `ForkPoolWorker-${n}`),
    temporary: pick(n, `/tmp/tmp${hash}/a.py`, `C:\\Temp\\${hash}\\a.py`, `/var/folders/zz/${hash}/T/a.py`),
    file: pick(
      n,
      `/mnt/batch/tasks/workitems/${hash}/in.nc`,
      `./in-${hash}/${n}%/in.nc`,
      `\\\\files\\share${n}\\in.nc`,
    ),
  };
}

function createFailure(n: number): ExaminedFailure {
  const noise = createNoise(n);
  const { time, address, size, thread } = noise;
  const isTraceback = n % causes.length < 2;
  const log = [
    ...Array.from(
      { length: 10 },
      (_, step) => `${time} INFO [${thread}] step ${step}: ${size} from ${address}`,
    ),
    ...(isTraceback ? ["Traceback (most recent call last):"] : []),
    ...(causes[n % causes.length]?.(noise) ?? []),
    `${time} INFO [${thread}] task ends`,
  ];
  const error = findError(`${log.join("\n")}\n`);
  return {
    ...{ taskId: `t${n}`, attempts: 1, exitCode: 1, isPresumed: false, hasLogs: true, at: new Date(n) },
    error: error && { ...error, kind: "TaskLog", path: "stderr.txt" },
  };
}

test("causes that differ by one word are different groups, whatever else differs from task to task", () => {
  const failures = Array.from({ length: 700 }, (_, n) => createFailure(n));
  const groups = groupFailures(failures, new Map());
  expect(groups.map(({ pattern }) => pattern).sort()).toEqual(
    [
      "ModuleNotFoundError: No module named 'numba'",
      "ModuleNotFoundError: No module named 'numpy'",
      "cannot open <path> after <n>: No such file or directory",
      "cannot open <path> after <n>: Permission denied",
      "render-<n>: <path>:<n>: factor: Assertion `pivot != <n>' failed.",
      "upload of <n> to <address>: status code 403",
      "upload of <n> to <address>: status code 503",
    ].sort(),
  );
  expect(groups.map(({ count }) => count)).toEqual(Array<number>(7).fill(100));
});
