import { Empty } from "../components/states.js";
import { RouteLink } from "../components/route-link.js";
import { browsing } from "../text/browsing.js";
import { Heading } from "../components/heading.js";

/** The screen of an address that does not exist. */
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
