import { RouteLink } from "../components/route-link.js";
import { browsing } from "../text/browsing.js";
import { Heading } from "../components/heading.js";

/** The screen of an address that does not exist. */
export function UnknownScreen() {
  return (
    <div className="screen">
      <div className="screen-head">
        <Heading>{browsing.unknownAddress.title}</Heading>
        <p>{browsing.unknownAddress.advice}</p>
        <RouteLink to={{ screen: "jobs" }}>{browsing.unknownAddress.action}</RouteLink>
      </div>
    </div>
  );
}
