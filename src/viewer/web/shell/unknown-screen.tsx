import { Empty } from "../parts/states.js";
import { RouteLink } from "../parts/place-link.js";
import { browsing } from "../text/browsing.js";
import { Heading } from "../parts/heading.js";

/** An address that shows nothing. */
export function UnknownScreen() {
  return (
    <>
      <Heading>{browsing.unknownAddress.title}</Heading>
      <Empty
        title={browsing.unknownAddress.title}
        advice={browsing.unknownAddress.advice}
        action={<RouteLink to={{ screen: "jobs" }}>{browsing.unknownAddress.action}</RouteLink>}
      />
    </>
  );
}
