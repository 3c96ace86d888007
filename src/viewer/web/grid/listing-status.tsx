import { Button } from "@fluentui/react-components";
import { ArrowClockwiseRegular, PauseRegular, PlayRegular } from "@fluentui/react-icons";
import { useEffect } from "react";
import type { ListingControl } from "../api/use-listing.js";
import { useKeys } from "../keys/use-keys.js";
import { browsing } from "../text/browsing.js";
import { shortcuts } from "../text/shortcuts.js";
import { formatSpan } from "../format/measures.js";
import { useAnnouncedSilence } from "../components/use-announced-silence.js";
import { useNow } from "../components/use-now.js";
import { announce } from "../page/announcer.js";

export interface ListingStatusProps {
  readonly listing: Pick<
    ListingControl<unknown, unknown>,
    "state" | "unansweredSince" | "stop" | "resume" | "refresh"
  >;
  /** The number of items so far, such as `2,000 tasks`. */
  readonly count: string;
  /** `r` refreshes this list: one per screen. */
  readonly isPrimary?: boolean;
}

/** The status of a listing, and buttons to stop, continue or refresh it. */
export function ListingStatus({ listing, count, isPrimary = false }: ListingStatusProps) {
  const { state, unansweredSince, stop, resume, refresh } = listing;
  useKeys(
    (key) => {
      if (!isPrimary || key !== "r") return false;
      refresh();
      return true;
    },
    isPrimary ? shortcuts.refresh : undefined,
  );
  useEffect(() => {
    if (isPrimary && state !== "loading") announce(browsing.status[state](count));
  }, [isPrimary, state, count]);
  useAnnouncedSilence(isPrimary ? unansweredSince : undefined);
  return (
    <span className="status">
      <span className="status-count">{browsing.status[state](count)}</span>
      {unansweredSince !== undefined && <WaitingForAnswer since={unansweredSince} />}
      {state === "loading" && (
        <Button size="small" appearance="subtle" icon={<PauseRegular />} onClick={stop}>
          {browsing.stop}
        </Button>
      )}
      {state === "stopped" && (
        <Button size="small" appearance="subtle" icon={<PlayRegular />} onClick={resume}>
          {browsing.continue}
        </Button>
      )}
      {(state === "complete" || state === "failed") && (
        <Button
          size="small"
          appearance="subtle"
          icon={<ArrowClockwiseRegular />}
          onClick={refresh}
          title={browsing.refreshHow}
          aria-label={browsing.refresh}
        />
      )}
    </span>
  );
}

function WaitingForAnswer({ since }: { readonly since: number }) {
  const now = useNow(true);
  return <span className="status-unanswered">{browsing.status.unanswered(formatSpan(now - since))}</span>;
}
