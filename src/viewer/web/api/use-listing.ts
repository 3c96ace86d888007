import { useEffect, useSyncExternalStore } from "react";
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

/** Reads a listing while the component is there. */
export function useListing<Item, Progress = never>(address: string): UsedListing<Item, Progress> {
  const listing = listingAt<Item, Progress>(address);
  useEffect(() => {
    listing.read(freshForMs);
    return () => {
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
