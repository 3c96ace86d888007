import { declareWindowsTests } from "../support/windows/declare-windows-tests.js";
import { skippedOnWindows } from "./skipped-on-windows.js";

/** Each takes about a second. */
const short = [
  ...["address/signed-urls", "clients/open-store", "download/open-range", "download/read-in-order"],
  ...["encoding/decode-content", "support/fault-proxy", "transport/direct-route-hostile"],
  ...[
    "transport/direct-route-shared-key",
    "transport/ipv6",
    "transport/sdk-internals",
    "worker/worker-thread",
  ],
];

/** Megabytes, or waits for a store that throttles. */
const long = [
  ...["download/download", "download/download-to-file", "download/resumed-download", "strict-azure"],
  ...["connections", "faults", "injection"].map((name) => `transport/direct-route-${name}`),
  ...["progress", "throttling", "transient-answers"].map((name) => `transport/${name}`),
];

const isFull = process.env["WINDOWS_TESTS"] === "full";
await declareWindowsTests(
  [...short, ...(isFull ? long : [])].map((name) => `test/storage/${name}.test.ts`),
  skippedOnWindows,
);
