/** What must be shown, as the plan for the hot path has it, and what was reached: from the figures that are kept. */
import { allFigures, writeSection } from "./results.mjs";
import { figure, table } from "./table.mjs";

const we = "this package";
/** "Level with" is no further behind than this: two runs of the same program differ as much. */
const level = 0.95;

/**
 * @typedef {object} Target
 * @property {string} what
 * @property {string} at what has to be reached
 * @property {() => number} reached NaN where it was not measured
 * @property {number} least what `reached` has to be
 * @property {boolean} [isMost] `least` is the most that it may be
 */

/** @param {string} section @param {string} name */
function of(section, name) {
  return allFigures()[section]?.figures[name] ?? Number.NaN;
}

/** The least of those whose name begins so; NaN where there is none. @param {string} section @param {readonly string[]} who @param {string} what */
function least(section, who, what) {
  const found = Object.entries(allFigures()[section]?.figures ?? {}).filter(
    ([name]) => name.endsWith(` ${what}`) && who.some((one) => name.startsWith(one)),
  );
  return found.length === 0 ? Number.NaN : Math.min(...found.map(([, value]) => value));
}

/** How many times longer the best of these takes. @param {string} section @param {readonly string[]} who */
function slower(section, ...who) {
  return () => least(section, who, "seconds") / of(section, `${we} seconds`);
}

const peaks = () =>
  Math.max(
    ...Object.values(allFigures()).flatMap(({ figures }) =>
      Object.entries(figures).flatMap(([name, value]) => (name === `${we} peakMiB` ? [value] : [])),
    ),
  );

/** @type {Target[]} */
const targets = [
  { what: "20,000 small files up", at: "4 x the SDK's best", reached: slower("up-small", "SDK"), least: 4 },
  {
    what: "",
    at: "2 x the better of rclone and azcopy",
    reached: slower("up-small", "rclone", "azcopy"),
    least: 2,
  },
  { what: "20,000 small files down", at: "4 x the SDK", reached: slower("down-small", "SDK"), least: 4 },
  {
    ...{ what: "", at: "1.3 x the better of rclone and azcopy" },
    ...{ reached: slower("down-small", "rclone", "azcopy"), least: 1.3 },
  },
  {
    ...{ what: "files of 2 MiB up", at: "1.5 x the better of SDK, rclone and azcopy" },
    ...{ reached: slower("up-medium", "SDK", "rclone", "azcopy"), least: 1.5 },
  },
  {
    ...{ what: "1 GiB up", at: "1.2 x azcopy without digests" },
    ...{ reached: slower("up-large", "azcopy, without digests"), least: 1.2 },
  },
  { what: "", at: "2 x rclone with digests", reached: slower("up-large", "rclone seconds"), least: 2 },
  {
    ...{ what: "1 GiB down", at: "4 x the SDK's `downloadToFile`" },
    ...{ reached: slower("down-large", "SDK, 4 ", "SDK, 8 ", "SDK, 16 ", "SDK, 32 ", "SDK, 64 "), least: 4 },
  },
  {
    ...{ what: "", at: `level with the better of rclone and azcopy (${level})` },
    ...{ reached: slower("down-large", "rclone", "azcopy"), least: level },
  },
  ...["list-100000", "list-1000000"].flatMap((section) => [
    {
      ...{ what: section === "list-100000" ? "100,000 blobs listed" : "1,000,000 blobs listed" },
      ...{ at: "25 x the SDK", reached: slower(section, "SDK"), least: 25 },
    },
    { what: "", at: "8 x rclone", reached: slower(section, "rclone"), least: 8 },
    { what: "", at: "5 x azcopy", reached: slower(section, "azcopy"), least: 5 },
  ]),
  {
    ...{ what: "", at: "memory flat: the peak of 1,000,000 is at most 1.1 x that of 100,000" },
    reached: () => of("list-1000000", `${we} peakMiB`) / of("list-100000", `${we} peakMiB`),
    ...{ least: 1.1, isMost: true },
  },
  {
    what: "one `save` by the command line",
    at: "8 x azcopy",
    reached: slower("command-save", "azcopy"),
    least: 8,
  },
  { what: "", at: `level with rclone (${level})`, reached: slower("command-save", "rclone"), least: level },
  {
    what: "peak memory, highest of all tables",
    at: "under 150 MiB",
    reached: peaks,
    least: 150,
    isMost: true,
  },
  ...["up-small", "down-small"].map((section) => ({
    what:
      section === "up-small" ? "processor time of a small file up" : "processor time of a small file down",
    at: "under a quarter of the SDK's",
    reached: () => of(section, `${we} cpuMs`) / least(section, ["SDK"], "cpuMs"),
    ...{ least: 0.25, isMost: true },
  })),
  ...[100, 4_096, 65_536].map((bytes) => ({
    what: `an append of ${bytes.toLocaleString("en")} bytes`,
    at: "under 0.5 ms beyond the server's time",
    reached: () => of("appends", `${we} ${bytes} ms`),
    ...{ least: 0.5, isMost: true },
  })),
  { what: "Azurite: small files up", at: "1.2 x the SDK", reached: slower("azurite-up", "SDK"), least: 1.2 },
  { what: "", at: "1.5 x azcopy", reached: slower("azurite-up", "azcopy"), least: 1.5 },
  { what: "", at: "2 x rclone", reached: slower("azurite-up", "rclone"), least: 2 },
  { what: "Azurite: listing", at: "1.4 x the SDK", reached: slower("azurite-list", "SDK"), least: 1.4 },
  ...["azurite-up", "azurite-down", "azurite-up-large", "azurite-list"].map((section) => ({
    ...{ what: `Azurite: ${section.slice("azurite-".length)}`, at: "ahead of every peer" },
    ...{ reached: slower(section, "SDK", "azcopy", "rclone", "az "), least: 1 },
  })),
  ...["files of 8 KiB up", "files of 8 KiB down", "blobs listed"].map((work) => ({
    ...{ what: `cost of an item as work doubles: ${work}`, at: "flat, within 15 %" },
    ...{ reached: () => of("growth", `${work} ratio`), least: 1.15, isMost: true },
  })),
  ...[1, 8, 32].flatMap((processes) => [
    {
      ...{
        what: `a throttled store, ${processes} process${processes === 1 ? "" : "es"}`,
        at: "90 % of its rate",
      },
      ...{ reached: () => of("throttling", `${processes} usedPercent`), least: 90 },
    },
    {
      ...{ what: "", at: "no process with a failed file" },
      ...{ reached: () => of("throttling", `${processes} failed`), least: 0, isMost: true },
    },
  ]),
];

/** Writes the table. */
export async function keepTargets() {
  const rows = targets.map(({ what, at, reached, least: bound, isMost = false }) => {
    const value = reached();
    const isMet = isMost ? value <= bound : value >= bound;
    return [
      what,
      at,
      Number.isFinite(value) ? figure(value) : "not measured",
      Number.isFinite(value) ? (isMet ? "yes" : "**no**") : "",
    ];
  });
  const tables = table(["work", "at least", "reached", ""], rows);
  console.log(`\n${tables}\n`);
  await writeSection("targets", tables);
}
