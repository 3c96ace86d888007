import { useEffect, useRef } from "react";
import { formatSpan } from "../format/measures.js";
import { announce } from "../page/announcer.js";
import { reading } from "../text/reading.js";

/** Announces to screen readers, once, that there is no answer, and that there is one again; not the seconds in between. */
export function useAnnouncedSilence(unansweredSince: number | undefined): void {
  const wasSilent = useRef(false);
  useEffect(() => {
    const isSilent = unansweredSince !== undefined;
    if (isSilent === wasSilent.current) return;
    wasSilent.current = isSilent;
    announce(
      isSilent ? reading.log.noAnswer(formatSpan(Date.now() - unansweredSince)) : reading.log.answersAgain,
    );
  }, [unansweredSince]);
}
