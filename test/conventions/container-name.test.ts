import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jobIdFromContainerName, jobOutputContainerName } from "../../src/conventions/index.js";
import { jobId, plainJobId } from "./arbitraries.js";
import { containerNameSets } from "./conformance.js";
import { captureResult, findRefusalFault } from "./capture-result.js";

/** Runs over every job id that Batch knows, from one character to more than it gives out itself. */
function holdsForAllJobs(rule: (containerName: string, id: string) => void): void {
  fc.assert(
    fc.property(jobId, (id) => {
      rule(jobOutputContainerName(id), id);
    }),
    { numRuns: 1000 },
  );
}

/** The rule once more, in other words: what the .NET library's README says, character by character. */
function nameByTheReadme(id: string): string {
  const lower = id.toLowerCase();
  const isSeparator = (character: string | undefined): boolean =>
    character !== undefined && "-_:".includes(character);
  const isLegal =
    lower.length <= 59 &&
    !/[_:]/.test(lower) &&
    !isSeparator(lower[0]) &&
    !isSeparator(lower.at(-1)) &&
    !lower.includes("--");
  if (isLegal) return `job-${lower}`;
  const words = lower.split(/[-_:]/).filter((word) => word !== "");
  const cut = words.join("-").slice(0, 15);
  const stem = cut.endsWith("-") ? cut.slice(0, -1) : cut;
  return `job-${stem === "" ? "job" : stem}-${createHash("sha1").update(lower, "utf8").digest("hex")}`;
}

describe("The container of a job", () => {
  it.each(containerNameSets)("has the name that %s say", (_from, entries) => {
    const wrong = entries.flatMap((entry) => {
      const answer = captureResult(() => jobOutputContainerName(entry.jobId));
      return answer === entry.containerName ? [] : [{ ...entry, answer }];
    });
    expect(wrong).toEqual([]);
  });

  it("has a name that starts with a letter or number", () => {
    holdsForAllJobs((name) => {
      expect(name).toMatch(/^[A-Za-z0-9]/);
    });
  });

  it("has a name of letters, numbers and dashes only", () => {
    holdsForAllJobs((name) => {
      expect(name).toMatch(/^[A-Za-z0-9-]+$/);
    });
  });

  it("has a name in which every dash is immediately preceded and followed by a letter or number", () => {
    holdsForAllJobs((name) => {
      for (const { index } of name.matchAll(/-/g)) {
        expect(name[index - 1]).toMatch(/[A-Za-z0-9]/);
        expect(name[index + 1]).toMatch(/[A-Za-z0-9]/);
      }
    });
  });

  it("has a name without consecutive dashes", () => {
    holdsForAllJobs((name) => {
      expect(name).not.toContain("--");
    });
  });

  it("has a name in which all letters are lowercase", () => {
    holdsForAllJobs((name) => {
      expect(name).toBe(name.toLowerCase());
    });
  });

  it("has a name from 3 through 63 characters long", () => {
    holdsForAllJobs((name) => {
      expect(name.length).toBeGreaterThanOrEqual(3);
      expect(name.length).toBeLessThanOrEqual(63);
    });
  });

  it("is not munged where the job's id is a valid name", () => {
    fc.assert(
      fc.property(plainJobId, (id) => {
        expect(jobOutputContainerName(id)).toBe(`job-${id}`);
      }),
    );
  });

  it("has a simple name for a container-name-safe job id", () => {
    const safe = referenceUnitTestValues().filter(({ why }) => why.includes("used as is"));
    expect(safe.map(({ jobId: id }) => id)).toEqual(["job-15", "J", "j"]);
    for (const { jobId: id, containerName } of safe) expect(jobOutputContainerName(id)).toBe(containerName);
  });

  it("has a transformed name for a container-name-unsafe job id", () => {
    const unsafe = referenceUnitTestValues().filter(({ why }) => why.includes("hashed form"));
    expect(unsafe).toHaveLength(7);
    for (const { jobId: id, containerName } of unsafe) expect(jobOutputContainerName(id)).toBe(containerName);
  });

  it("has the name that the .NET library's README describes, with the SHA-1 that OpenSSL computes", () => {
    holdsForAllJobs((name, id) => {
      expect(name).toBe(nameByTheReadme(id));
    });
  });

  it("does not depend on the case of the id, because Batch ignores it", () => {
    holdsForAllJobs((name, id) => {
      expect(jobOutputContainerName(id.toUpperCase())).toBe(name);
      expect(jobOutputContainerName(id.toLowerCase())).toBe(name);
    });
  });

  it("differs between jobs, unless one id looks like a shortened one", () => {
    fc.assert(
      fc.property(jobId, jobId, (one, other) => {
        fc.pre(one.toLowerCase() !== other.toLowerCase());
        expect(jobOutputContainerName(one)).not.toBe(jobOutputContainerName(other));
      }),
    );
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a number", 15],
    ["an empty id", ""],
    ["a blank", "my job"],
    ["a dot", "my.job"],
    ["a slash", "jobs/j"],
    ["a letter outside of ASCII", "jöb"],
    ["a line feed at the end", "abc\n"],
    ["a percent escape", "sched%3Ajob-1"],
  ])("is refused for a job id that cannot be one: %s", (_, id) => {
    expect(findRefusalFault(() => jobOutputContainerName(id as string), ["jobId"])).toBeUndefined();
  });
});

describe("The job id that a container name contains", () => {
  it("is the id in lower case, if the name contains one", () => {
    holdsForAllJobs((name, id) => {
      const jobId = jobIdFromContainerName(name);
      if (jobId !== undefined) expect(jobId).toBe(id.toLowerCase());
    });
  });

  it("is found for every id that was used unchanged and does not end like a shortened one", () => {
    fc.assert(
      fc.property(plainJobId, (id) => {
        fc.pre(!/^.{1,15}-[0-9a-f]{40}$/.test(id));
        expect(jobIdFromContainerName(`job-${id}`)).toBe(id);
      }),
    );
  });

  it("leads back to the container, if its name contains one", () => {
    const anyName = fc.string({ unit: fc.constantFrom("job-", "a", "A", "0", "-", "_", "$") });
    fc.assert(
      fc.property(anyName, (name) => {
        const jobId = jobIdFromContainerName(name);
        if (jobId !== undefined) expect(jobOutputContainerName(jobId)).toBe(name);
      }),
    );
  });

  it("is found for an id that ends in 40 hexadecimal digits after more than a shortened id keeps", () => {
    const id = `sixteen-letters1-${"0123456789".repeat(4)}`;
    expect(jobIdFromContainerName(jobOutputContainerName(id))).toBe(id);
  });

  it.each([
    "job-my-job-bob-e04620bc2add214df74e158ba60d24273a0e0927",
    "$web",
    "logs",
    "job-",
    "job--a",
    "jobs-a",
  ])("is not guessed for %s", (name) => {
    expect(jobIdFromContainerName(name)).toBeUndefined();
  });
});

function referenceUnitTestValues() {
  return (containerNameSets[0]?.[1] ?? []).filter(({ why }) =>
    why.startsWith("value asserted by the reference unit tests"),
  );
}
