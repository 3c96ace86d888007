import { useEffect, useSyncExternalStore } from "react";
import { Follower, followWhileVisible } from "./follower.js";
import { Listing, type ListingSnapshot } from "./listing.js";

/** A listing younger than this is shown without a request. */
const maxAgeInMs = 15_000;
const maxListings = 8;

/** Recently used listings, so that going back shows them immediately. */
const listings = new Map<string, Listing<unknown, unknown>>();

export interface ListingControl<Item, Progress> extends ListingSnapshot<Item, Progress> {
  readonly stop: () => void;
  readonly resume: () => void;
  readonly refresh: () => void;
}

/** Delays of polling. */
const pollDelays = { minWaitInMs: 5_000, maxWaitInMs: 60_000 };

/** Reads a listing while the component is mounted, and polls it while the page is visible. */
export function useListing<Item, Progress = never>(address: string): ListingControl<Item, Progress> {
  const listing = getListing<Item, Progress>(address);
  useEffect(() => {
    listing.read(maxAgeInMs);
    const leaveSight = followWhileVisible(new Follower(() => listing.poll(), pollDelays));
    return () => {
      leaveSight();
      listing.abandon();
    };
  }, [listing]);
  const snapshot = useSyncExternalStore(listing.subscribe, listing.snapshot);
  return {
    ...snapshot,
    stop: () => {
      listing.stop();
    },
    resume: () => {
      listing.resume();
    },
    refresh: () => {
      listing.abandon();
      listing.read();
    },
  };
}

/** Forgets what was listed, after a change that concerns several screens. They list it again. */
export function forgetListings(): void {
  listings.clear();
}

function getListing<Item, Progress>(address: string): Listing<Item, Progress> {
  const found = (listings.get(address) ?? new Listing<unknown, unknown>(address)) as Listing<Item, Progress>;
  listings.delete(address);
  listings.set(address, found);
  for (const oldest of listings.keys()) {
    if (listings.size <= maxListings) break;
    listings.delete(oldest);
  }
  return found;
}
