import { Button } from "@fluentui/react-components";
import { ArrowClockwiseRegular, PauseRegular, PlayRegular } from "@fluentui/react-icons";
import { useEffect } from "react";
import type { ListingControl } from "../api/use-listing.js";
import { useKeys } from "../keys/use-keys.js";
import { browsing } from "../text/browsing.js";
import { formatSpan } from "../format/measures.js";
import { useNow } from "../components/use-now.js";
import { announce } from "../page/announcer.js";

export interface ListingStatusProps {
  readonly listing: Pick<
    ListingControl<unknown, unknown>,
    "state" | "unansweredSince" | "stop" | "resume" | "refresh"
  >;
  /** What is there so far, such as `2,000 tasks`. */
  readonly count: string;
  /** `r` makes this one anew: one on a screen. */
  readonly isPrimary?: boolean;
}

/** How much of a listing is there, whether that is all, and how to stop it, go on with it or make it anew. */
export function ListingStatus({ listing, count, isPrimary = false }: ListingStatusProps) {
  const { state, unansweredSince, stop, resume, refresh } = listing;
  useKeys(
    (key) => {
      if (!isPrimary || key !== "r") return false;
      refresh();
      return true;
    },
    isPrimary ? browsing.shortcuts.refresh : undefined,
  );
  useEffect(() => {
    if (isPrimary && state !== "loading") announce(browsing.status[state](count));
  }, [isPrimary, state, count]);
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
  return <span className="status-silent">{browsing.status.silent(formatSpan(now - since))}</span>;
}
