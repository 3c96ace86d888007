import { expect, test } from "vitest";

import { type SimulatedWorld, simulateTracking } from "./simulate-tracking.js";

// `npm run simulate:tracking` makes more runs, and replays the one with a seed that failed.
const runs = 400;

/**
 * The world of seeds that found faults before the file was observed while its log is being opened, and before any program went
 * on with a renamed file.
 */
const unobserved: SimulatedWorld = { observes: false, reopens: "at once" };

test(`all that is written is stored or reported lost in ${runs} simulated runs`, async () => {
  const failed: string[] = [];
  for (let seed = 1; seed <= runs; seed += 1) {
    const { violation } = await simulateTracking(seed);
    if (violation !== undefined) failed.push(`seed ${seed}: ${violation}`);
  }
  expect(failed).toEqual([]);
});

test.each([
  [256, "a rotation during every comparison of a restart"],
  [257, "a recorded file that was written to late, before a restart"],
  [613, "a second gap behind one that is known already"],
  [1038, "a copy over a file that was there, where births are not recorded"],
  [1098, "a number of a deleted file that is given to another, where births are not recorded"],
  [1239, "an empty copy that is written over by another one"],
  [1914, "a changed file under the number of one that is gone"],
  [1987, "a missing number between two rotated files"],
  [825, "two manners of rotation in one log"],
  [2426, "a renamed empty file that a copy of a stored one is written over"],
  [500578, "a file that was emptied, written to and renamed between two looks"],
  [501414, "an empty file that was written to and emptied during every look"],
  [501993, "a request that is carried out late just before the end"],
  [505072, "an empty file that was written to, copied and emptied within one step of the clock"],
  [505466, "copies of which it is not proved whether they came before or after what was seen"],
  [712335, "a file emptied twice within one step of the clock, by a writer that goes on at its position"],
  [2008272, "a stored line that another one begins like"],
  [2009421, "two copies that were made while an empty file was looked at"],
  [
    3100079793,
    "a file, empty when it was last seen, that was written to, copied and emptied while what was seen was compared",
  ],
  [
    3100206483,
    "a line that is stored in part, because the file was emptied between the look at its size and the read",
  ],
  [3200301566, "a loss that was recorded with an answer that was lost, and is reported after late lines"],
  [
    3200339358,
    "a copy of a stored file, with a late line, whose own file was replaced while it was not held open",
  ],
  [3200475334, "a copy of a file whose rest was reported as lost, because it was not held open"],
  [
    3300008822,
    "a rotated file that is gone, whose number another one has, born within the same step of the clock",
  ],
  [3600055568, "a loss that was found while another one was recorded"],
  [3800069004, "a file that was seen and overwritten, after the last one that is left"],
  [6100017205, "a file that was seen and replaced after the look, and took the number of another one"],
  [3600017687, "a file that grew before it was renamed, and whose copy was written over the next one"],
  [10003380, "a renamed file, empty when it was last seen, that a copy of a stored one is written over"],
  [10022256, "a restart behind a copy that was made of an empty file before that was renamed"],
  [10038404, "an empty file, renamed to a growing number, that no file follows"],
  [10051940, "a copy with a number that another file had, where births are not recorded"],
  [10065384, "a copy of a stored generation whose own file is gone"],
  [10073202, "a file, empty when it was last seen, that was copied, emptied and renamed"],
  [10087367, "another file with the same number and time, where births are not recorded"],
  [10102718, "another program's file with the number and birth of an empty file that was not held open"],
  [10212889, "a renamed file that nobody had read, and that cannot be proved to be the same"],
  [50111090, "a copy that was made before the file that it was made of was emptied and renamed"],
  [50115320, "a copy of content that was never stored, behind two restarts"],
  [51000204, "a file that was replaced during the only look that found it"],
  [51000412, "a renamed file, not held open, that was empty when it was last seen"],
  [51001051, "a file that was replaced while a restart looked for it"],
  [51001773, "content that was read and truncated while its predecessor was looked for"],
  [51002933, "content that was truncated during a look, before its file was renamed"],
  [51003064, "a new file that was truncated during the first look at it"],
  [53002317, "a new file that was truncated while its content was read"],
  [55020114, "a file that was copied and truncated, and truncated again, while a restart looked for it"],
  [57022660, "a file that was truncated during the first look of a restart at it"],
  [57023899, "a file that was emptied again and again, and deleted, while its content was recovered"],
  [57037128, "an empty file that was written to and truncated during a look"],
  [
    61007256,
    "copies made of a file before its present content, where rotation shifts numbers and counts up, and a restart",
  ],
  [
    61026722,
    "another file with the number of one that was not held open, and gone again before the next look",
  ],
  [61032932, "a copy of a stored file over one of which nothing was stored, before a restart"],
  [
    81015503,
    "a copy made of a file before its present content, and that file deleted while it was held open",
  ],
  [61010836, "a file that was truncated during a read, and again before it was looked at"],
  [81058917, "a file that was emptied during the last read of a comparison"],
  [81063257, "a number of a deleted file that is under the path again, where births are not recorded"],
  [81065752, "content that was read only to compare it with a copy, and truncated again"],
  [
    81154301,
    "a file that was emptied while the end of its hole was looked for, by a writer that keeps its position",
  ],
  [81158541, "a copy of content that is not stored yet, over a renamed file that was empty"],
  [
    90000018,
    "a file with later content, written to in the same step of the clock as the recorded one, and a restart",
  ],
  [
    1300009433,
    "a copy of content that is stored in part, under a younger name than the emptied file, where numbers shift and grow",
  ],
  [
    1200010903,
    "a copy of content that is reported lost, made while the copied file's number went to the next file",
  ],
  [
    1700010676,
    "a file that was renamed, seen only while the renamed ones were listed, and gone in the next listing",
  ],
  [2100001841, "a renamed file that another one was renamed over while a restart compared the files"],
  [110015677, "two manners of rotation, and a restart"],
  [120009896, "content that was seen by a restart, and truncated before its log was found"],
  [
    120055651,
    "another file with the number of one that came back under the path, where births are not recorded",
  ],
])("seed %i: %s", async (seed) => {
  expect((await simulateTracking(seed, undefined, unobserved)).violation).toBeUndefined();
});

test.each([
  [34, "a file of another program with the name of a copy"],
  [295, "a file that was copied and emptied, before a restart"],
  [494, "a file that was renamed and copied over, before a restart"],
  [654, "a renamed file that another one was renamed over, before a restart"],
  [824, "a file that was copied, emptied and filled between two looks"],
  [200168, "a file of another program with the name of a copy, while the log is where it was"],
  [200221, "a file of another program with the name of a copy, while the log is renamed"],
  [500000260, "a copy that goes on with other content, while the log still begins with all that is known"],
])("seed %i, of which only a first line is known that other files begin with too: %s", async (seed) => {
  const world = { ...unobserved, hasBanner: true, hasBannerAlone: true };
  expect((await simulateTracking(seed, undefined, world)).violation).toBeUndefined();
});

test.each<[number, SimulatedWorld, string]>([
  [
    500001099,
    { rotations: ["rename-keep-one", "replace"], recordsBirths: false, openFiles: 1 },
    "a file that cannot be read as what it was, again and again",
  ],
  [
    500001798,
    { rotations: ["rename-keep-one", "rename"], recordsBirths: false, openFiles: 1 },
    "another file with the number of a stored one, and the same first line",
  ],
  [810000243, { rotations: ["copytruncate-keep-one"] }, "a copy over a copy that was stored"],
  [
    810000019,
    { rotations: ["delete", "truncate"], hasBanner: true, hasBannerAlone: true },
    "another program's file with the name of a copy and the only stored line, before a restart",
  ],
  [
    900000063,
    { rotations: ["replace", "copytruncate"], hasBanner: true, hasBannerAlone: true },
    "a copy of which only the first line is known, which follows nothing either",
  ],
  [
    1010000249,
    { rotations: ["copytruncate-keep-one", "truncate"] },
    "a copy that was found, and overwritten before it was read",
  ],
  [
    1010000251,
    { rotations: ["copytruncate", "rename-date"], hasBanner: true, hasBannerAlone: true },
    "a file that was copied, emptied and renamed, before a restart that knows its first line",
  ],
  [
    1010000364,
    { rotations: ["copytruncate-keep-one", "replace"] },
    "a new file that was emptied before anything of it was read",
  ],
  [
    42000945,
    { hasBanner: true, hasBannerAlone: true },
    "a deleted file, and another one that only begins with the same line, and goes on",
  ],
  [
    42002999,
    { hasBanner: true, hasBannerAlone: true },
    "a copy, and another program's new file, which begins with all that is known and goes on",
  ],
  [
    88000225,
    { rotations: ["copytruncate", "rename"], hasBanner: true, hasBannerAlone: true },
    "a file that was copied, emptied and filled again between the look at it and the read",
  ],
  [
    91000156,
    { rotations: ["copytruncate-keep-one", "truncate"], hasBanner: true, hasBannerAlone: true },
    "another program's file that was there at the last look, with more than the log had then",
  ],
  [
    92000688,
    { rotations: ["copytruncate-keep-one", "truncate"], hasBanner: true, hasBannerAlone: true },
    "a copy over an earlier copy, while only the first line is known",
  ],
  [
    93001658,
    { rotations: ["copytruncate-keep-one", "truncate"], hasBanner: true, hasBannerAlone: true },
    "a copy over a stored copy, of which only the first line is known",
  ],
  [810000148, { rotations: ["cut"], survives: true }, "a file that is cut shorter twice"],
  [
    933000050,
    { rotations: ["cut"], survives: true },
    "a file that is cut shorter during the first look at it",
  ],
  [
    933000449,
    { rotations: ["cut"], survives: true },
    "a file that is cut shorter again during the look that finds the first cut",
  ],
  [
    933000942,
    { rotations: ["cut"], survives: true },
    "a file that is cut shorter behind what the last look saw, and before what was stored since",
  ],
  [
    934000568,
    { rotations: ["cut"], survives: true },
    "a file that is cut shorter before its first bytes are read",
  ],
  [
    934000775,
    { rotations: ["cut"], survives: true },
    "a file that is cut shorter and written to before its first bytes are read",
  ],
])("seed %i, %o: %s", async (seed, world) => {
  expect((await simulateTracking(seed, undefined, { ...unobserved, ...world })).violation).toBeUndefined();
});

test.each([
  [772000913, "a file that was gone when the log of the one before it was found"],
  [772000997, "a file that was gone when the log, which knew of another one, was found"],
  [883000161, "a file that only the search for the place of the log has read"],
  [50104085, "a file of which a part is stored, and that is deleted while its log is resumed"],
])("seed %i, where the file is observed while its log is being opened: %s", async (seed) => {
  expect(
    (await simulateTracking(seed, undefined, { observes: true, reopens: "at once" })).violation,
  ).toBeUndefined();
});

test.each([
  [
    40000103549,
    "a copy of a part of a stored file, over a file that was empty, where the program goes on with the first one",
  ],
  [
    40000210413,
    "content behind a hole, emptied and written over by a longer hole while the log was being opened",
  ],
])("seed %i: %s", async (seed) => {
  expect((await simulateTracking(seed)).violation).toBeUndefined();
});

// They found faults in earlier versions, and may go other ways now.
test.each([4002059, 4011466, 4023206, 4027483, 4032974, 4035400, 4037168, 4040940, 4044543, 4046413])(
  "seed %i",
  async (seed) => {
    expect((await simulateTracking(seed, undefined, unobserved)).violation).toBeUndefined();
  },
);
