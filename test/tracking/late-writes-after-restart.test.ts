import { appendFileSync, existsSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";

import { formatLateFiles, parseLateFiles } from "../../src/tracking/source/generation/late-file.js";
import type { TrackingSession } from "../../src/tracking/session/tracking-session.js";
import { setUpTracking, type TrackingFixture } from "./support/tracking-fixture.js";

type Loss = readonly [knownBytes: number, position: number];

/** A log of which the first file was renamed, and the second one, which is stored too, is under the path. */
interface Rotated {
  readonly fixture: TrackingFixture;
  readonly session: TrackingSession;
  readonly renamed: string;
  readonly lost: readonly Loss[];
  /** Ends the session as a crash would, and starts the next one. */
  readonly restart: (killed: TrackingSession) => Promise<TrackingSession>;
}

async function trackRotated(first = "one\n"): Promise<Rotated> {
  const fixture = await setUpTracking();
  const lost: Loss[] = [];
  const open = async (): Promise<TrackingSession> => {
    const session = await fixture.openSession();
    session.events = {
      flushed: () => undefined,
      rotated: () => undefined,
      timesFailed: () => undefined,
      lost: (knownBytes, position) => lost.push([knownBytes, position]),
    };
    return session;
  };
  fixture.write(first);
  const session = await open();
  await session.flush({});
  const renamed = `${fixture.path}.1`;
  renameSync(fixture.path, renamed);
  fixture.write("two\n");
  await session.flush({});
  const restart = async (killed: TrackingSession): Promise<TrackingSession> => {
    await killed.abandon();
    return await open();
  };
  return { fixture, session, renamed, lost, restart };
}

async function finish(session: TrackingSession): Promise<void> {
  await session.finish({});
  await session.release();
}

test("what is written to a renamed file while the tracker is down is reported as lost", async () => {
  const { fixture, session, renamed, lost, restart } = await trackRotated();
  await session.abandon();
  appendFileSync(renamed, "late\n");
  const next = await restart(session);
  await finish(next);
  expect(await fixture.stored()).toBe("one\ntwo\n");
  expect(lost).toEqual([[5, 8]]);
});

test("what is written to a renamed file just before the tracker is killed is reported as lost", async () => {
  const { session, renamed, lost, restart } = await trackRotated();
  appendFileSync(renamed, "late\n");
  await session.look();
  const next = await restart(session);
  await finish(next);
  expect(lost).toEqual([[5, 8]]);
});

test("what is written to a renamed file after a restart is reported as lost", async () => {
  const { session, renamed, lost, restart } = await trackRotated();
  const next = await restart(session);
  await next.flush({});
  appendFileSync(renamed, "late\n");
  await finish(next);
  expect(lost).toEqual([[5, 8]]);
});

test("two restarts report what is written to a renamed file once", async () => {
  const { fixture, session, renamed, lost, restart } = await trackRotated();
  appendFileSync(renamed, "late\n");
  const second = await restart(session);
  await second.flush({});
  fixture.write("more\n");
  await second.flush({});
  const third = await restart(second);
  await finish(third);
  expect(await fixture.stored()).toBe("one\ntwo\nmore\n");
  expect(lost).toEqual([[5, 8]]);
});

test("what is written to a renamed file is reported by the next tracker if one is killed before the report", async () => {
  const { session, renamed, lost, restart } = await trackRotated();
  appendFileSync(renamed, "late\n");
  const second = await restart(session);
  await second.look();
  const third = await restart(second);
  await finish(third);
  expect(lost).toEqual([[5, 8]]);
});

test("the last two renamed files are watched after a restart, also if they were renamed again", async () => {
  const { fixture, session, renamed, lost, restart } = await trackRotated();
  renameSync(renamed, `${fixture.path}.2`);
  renameSync(fixture.path, renamed);
  fixture.write("three\n");
  await session.flush({});
  await session.abandon();
  renameSync(`${fixture.path}.2`, `${fixture.path}.3`);
  appendFileSync(`${fixture.path}.3`, "a\n");
  appendFileSync(renamed, "late\n");
  await finish(await restart(session));
  expect(await fixture.stored()).toBe("one\ntwo\nthree\n");
  expect(lost).toEqual([[7, 14]]);
});

test.each([
  [
    "truncated",
    (path: string) => {
      truncateSync(path, 0);
    },
  ],
  [
    "overwritten with other content",
    (path: string) => {
      writeFileSync(path, "something else\n");
    },
  ],
])("a possible loss is reported if a renamed file is %s while the tracker is down", async (_how, change) => {
  const { session, renamed, lost, restart } = await trackRotated();
  await session.abandon();
  change(renamed);
  const second = await restart(session);
  await second.flush({});
  await finish(await restart(second));
  expect(lost).toEqual([[0, 8]]);
});

test("a renamed file that gets its name back after a restart continues where it was stored", async () => {
  const { fixture, session, renamed, lost, restart } = await trackRotated();
  const next = await restart(session);
  await next.flush({});
  rmSync(fixture.path);
  renameSync(renamed, fixture.path);
  await next.look();
  fixture.write("three\n");
  await finish(next);
  expect(await fixture.stored()).toBe("one\ntwo\nthree\n");
  expect(lost).toEqual([]);
});

test("a renamed file that has its name again at a restart is read, and what is written to it then is not reported", async () => {
  const { fixture, session, renamed, lost, restart } = await trackRotated();
  await session.abandon();
  renameSync(fixture.path, `${fixture.path}.2`);
  renameSync(renamed, fixture.path);
  fixture.write("three\n");
  const next = await restart(session);
  renameSync(fixture.path, renamed);
  fixture.write("four\n");
  await finish(next);
  expect(await fixture.stored()).toBe("one\ntwo\none\nthree\nfour\n");
  // Its place among the others is not certain.
  expect(lost).toEqual([[0, 8]]);
});

test("what is written to a file that is not watched any more is reported by the next tracker if one is killed before the report", async () => {
  const { fixture, session, renamed, lost, restart } = await trackRotated();
  appendFileSync(renamed, "late\n");
  await session.look();
  for (const text of ["three\n", "four\n"]) {
    for (const number of [2, 1])
      if (existsSync(`${fixture.path}.${number}`))
        renameSync(`${fixture.path}.${number}`, `${fixture.path}.${number + 1}`);
    renameSync(fixture.path, renamed);
    fixture.write(text);
  }
  const controller = new AbortController();
  session.events = {
    flushed: (_bytes, position) => {
      if (position === 19) controller.abort();
    },
    rotated: () => undefined,
    timesFailed: () => undefined,
    lost: () => undefined,
  };
  await expect(session.flush({ abortSignal: controller.signal })).rejects.toThrow();
  await finish(await restart(session));
  expect(await fixture.stored()).toBe("one\ntwo\nthree\nfour\n");
  expect(lost).toEqual([[0, 19]]);
});

test("damaged records of renamed files are left out", () => {
  const file = { identity: "1-2-3", sizeBytes: 4, start: 0, head: undefined };
  const text = formatLateFiles([file, { ...file, identity: "5-6-7", head: `4-${"a".repeat(64)}` }]);
  expect(parseLateFiles(text)).toHaveLength(2);
  expect(parseLateFiles(`x;1-2:3:4:;1-2-3:-4:0:;${text ?? ""};`)).toEqual(parseLateFiles(text));
  expect(parseLateFiles("")).toEqual([]);
});
