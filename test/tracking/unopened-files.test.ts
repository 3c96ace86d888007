import { closeSync, copyFileSync, existsSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";

import type { TrackingSession } from "../../src/tracking/session/tracking-session.js";
import { nextClockStep } from "./support/next-clock-step.js";
import { recordLosses, setUpTracking, type TrackingFixture } from "./support/tracking-fixture.js";

interface LateProgram {
  readonly fixture: TrackingFixture;
  /** The one that tracks the file now. */
  session: TrackingSession;
  lost: number[];
  /** Writes to the file that the program has opened, whatever its name is now. */
  write(text: string): void;
  /** Opens the file under the path, as a program does that gets a signal to reopen its log. */
  reopen(): void;
  /** Renames the files, and creates an empty one: `app.log.1` is the latest. The oldest one is removed. */
  rotate(): void;
  /** Ends the tracking without finishing the log, and begins it again. */
  restart(): Promise<void>;
}

async function startProgram(kept = 3): Promise<LateProgram> {
  const fixture = await setUpTracking();
  const { path } = fixture;
  let descriptor = openSync(path, "a");
  onTestFinished(() => {
    closeSync(descriptor);
  });
  const session = await fixture.openSession();
  const program: LateProgram = {
    fixture,
    session,
    lost: recordLosses(session),
    write(text) {
      writeSync(descriptor, text);
    },
    reopen() {
      closeSync(descriptor);
      descriptor = openSync(path, "a");
    },
    rotate() {
      rmSync(`${path}.${kept}`, { force: true });
      for (let number = kept - 1; number >= 1; number -= 1)
        if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
      renameSync(path, `${path}.1`);
      fixture.write("");
    },
    async restart() {
      await program.session.release();
      program.session = await fixture.openSession();
      program.lost = recordLosses(program.session);
    },
  };
  return program;
}

async function finish({ fixture, session }: LateProgram): Promise<string> {
  await session.look();
  await session.finish({});
  await session.release();
  return await fixture.stored();
}

test.each([1, 2, 4, 40])(
  "a program that never opens the new file is stored completely, after %i rotations",
  async (rotations) => {
    const program = await startProgram();
    let written = "";
    for (let rotation = 0; rotation <= rotations; rotation += 1) {
      if (rotation > 0) program.rotate();
      for (const half of ["before", "after"]) {
        const line = `rotation ${rotation}, ${half} a look\n`;
        program.write(line);
        written += line;
        await program.session.look();
        if (rotation % 2 === 0) await program.session.flush({});
      }
    }
    expect([await finish(program), program.lost]).toEqual([written, []]);
  },
);

test("a program that opens the new file two rotations later is stored completely, and in order", async () => {
  const program = await startProgram();
  program.write("first file\n");
  await program.session.flush({});
  program.rotate();
  await program.session.flush({});
  program.rotate();
  await program.session.flush({});
  program.write("first file, late\n");
  await program.session.flush({});
  program.reopen();
  program.write("third file\n");
  await program.session.flush({});
  expect([await finish(program), program.lost]).toEqual(["first file\nfirst file, late\nthird file\n", []]);
});

test.each([
  ["a file that was empty when it was renamed", true],
  ["an empty file that was created and renamed between two looks", false],
])("what is written to %s is stored", async (_name, isSeenBefore) => {
  const program = await startProgram();
  program.write("first file\n");
  await program.session.flush({});
  program.rotate();
  if (isSeenBefore) await program.session.flush({});
  program.reopen();
  program.rotate();
  await program.session.flush({});
  program.write("second file, late\n");
  await program.session.flush({});
  program.reopen();
  program.write("third file\n");
  expect([await finish(program), program.lost]).toEqual(["first file\nsecond file, late\nthird file\n", []]);
});

test("a loss that is only possible does not end a file that is still written to", async () => {
  const program = await startProgram();
  const { path } = program.fixture;
  program.write("earlier file\n");
  await program.session.flush({});
  program.rotate();
  program.write("earlier file, late\n");
  await program.session.flush({});
  program.reopen();
  program.write("first file\n");
  await program.session.flush({});
  // A copy by hand beside the log, which may have been rotated from it.
  copyFileSync(path, `${path}.bak`);
  program.rotate();
  program.write("first file, late\n");
  await program.session.flush({});
  program.write("first file, later\n");
  await program.session.flush({});
  program.reopen();
  program.write("second file\n");
  expect([await finish(program), program.lost]).toEqual([
    "earlier file\nearlier file, late\nfirst file\nfirst file, late\nfirst file, later\nsecond file\n",
    ["earlier file\nearlier file, late\nfirst file\nfirst file, late\n".length],
  ]);
});

test.each([
  ["is read on after a restart", "first file\n"],
  ["is read on after a restart, if nothing was stored before", ""],
])("a file that was empty when it was renamed %s", async (_name, first) => {
  const program = await startProgram(5);
  program.write(first);
  await program.session.flush({});
  for (let rotation = 0; rotation < 3; rotation += 1) {
    // A restart knows the order of the files by their times.
    await nextClockStep(program.fixture.folder);
    program.rotate();
    if (rotation === 0) program.reopen();
    await program.session.flush({});
  }
  await program.restart();
  for (const line of ["second file, late\n", "second file, later\n"]) {
    program.write(line);
    await program.session.flush({});
  }
  program.reopen();
  program.write("fourth file\n");
  const written = `${first}second file, late\nsecond file, later\nfourth file\n`;
  expect([await finish(program), program.lost]).toEqual([written, []]);
});
