/**
 * What `npm run mutation -- AREA` changes, and the tests that should notice. None needs a service: they run once for each
 * change.
 *
 * @type {Readonly<Record<string, { readonly mutate: readonly string[], readonly tests: readonly string[] }>>}
 */
export const areas = {
  conventions: {
    mutate: ["src/conventions/*.ts", "!src/conventions/index.ts"],
    // The others read the built package and the documents.
    tests: ["test/conventions/!(browser|document).test.ts"],
  },
  redaction: {
    mutate: ["src/core/redact*.ts"],
    tests: ["test/core/redact*.test.ts"],
  },
  transport: {
    mutate: [
      "src/storage/transport/contract/range-answer.ts",
      "src/storage/transport/direct/{http-answer,read-range-answer}.ts",
      "src/storage/transport/rate/adaptive-rate.ts",
      "src/storage/transport/text/*.ts",
    ],
    tests: ["test/storage/transport/{http-answer,request-rate}.test.ts"],
  },
  tracking: {
    mutate: ["src/tracking/log/{log-names,log-state}.ts", "src/tracking/session/flush-interval.ts"],
    tests: [
      "test/tracking/log/{log-names,describe-log}.test.ts",
      "test/tracking/session/flush-interval.test.ts",
    ],
  },
};
