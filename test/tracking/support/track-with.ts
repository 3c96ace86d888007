import type { TrackedFile } from "../../../src/tracking/index.js";
import { setUpTracking, type TrackingFixture } from "./tracking-fixture.js";

export interface Tracking {
  readonly fixture: TrackingFixture;
  readonly path: string;
  readonly tracked: TrackedFile;
  /** What the tracked file has emitted as lost. */
  readonly lost: readonly number[];
}

/** Tracks a file with this content, which is stored. */
export async function trackWith(content: string | Buffer): Promise<Tracking> {
  const fixture = await setUpTracking();
  fixture.write(content);
  const tracked = await fixture.track();
  const lost: number[] = [];
  tracked.on("lost", ({ knownBytes }) => lost.push(knownBytes));
  await tracked.flush();
  return { fixture, path: fixture.path, tracked, lost };
}
