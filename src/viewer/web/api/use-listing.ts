import { useEffect, useSyncExternalStore } from "react";
import { Follower, followInSight } from "./follower.js";
import { Listing, type ListingSnapshot } from "./listing.js";

/** Whoever goes back within this time sees what was there, without a request. */
const freshForMs = 15_000;
const keptListings = 8;

/** Complete listings stay for a while, so that going back shows them at once. */
const kept = new Map<string, Listing<unknown, unknown>>();

export interface UsedListing<Item, Progress> extends ListingSnapshot<Item, Progress> {
  readonly stop: () => void;
  readonly goOn: () => void;
  readonly refresh: () => void;
}

/** How often a listing is read anew while the page is in sight: soon after something changed, rarely while nothing does. */
const waits = { minWaitInMs: 5_000, maxWaitInMs: 60_000 };

/** Reads a listing while the component is there, and again and again while the page is in sight. */
export function useListing<Item, Progress = never>(address: string): UsedListing<Item, Progress> {
  const listing = listingAt<Item, Progress>(address);
  useEffect(() => {
    listing.read(freshForMs);
    const leaveSight = followInSight(new Follower(() => listing.look(), waits));
    return () => {
      leaveSight();
      listing.leave();
    };
  }, [listing]);
  const snapshot = useSyncExternalStore(listing.subscribe, listing.snapshot);
  return {
    ...snapshot,
    stop: () => {
      listing.stop();
    },
    goOn: () => {
      listing.goOn();
    },
    refresh: () => {
      listing.leave();
      listing.read();
    },
  };
}

function listingAt<Item, Progress>(address: string): Listing<Item, Progress> {
  const found = (kept.get(address) ?? new Listing<unknown, unknown>(address)) as Listing<Item, Progress>;
  kept.delete(address);
  kept.set(address, found);
  for (const oldest of kept.keys()) {
    if (kept.size <= keptListings) break;
    kept.delete(oldest);
  }
  return found;
}
