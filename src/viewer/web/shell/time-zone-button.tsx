import { ToolButton } from "../components/tool-button.js";
import { chooseTimeZone, useTimeZone } from "../page/time-zone.js";
import { browsing } from "../text/browsing.js";

/** Shows exact times in UTC, or in the reader's time zone. */
export function TimeZoneButton() {
  const zone = useTimeZone();
  return (
    <ToolButton
      label={browsing.utc}
      isOn={zone === "utc"}
      onClick={() => {
        chooseTimeZone(zone === "utc" ? "local" : "utc");
      }}
    >
      {browsing.utcShort}
    </ToolButton>
  );
}
