import { Empty } from "../parts/states.js";
import { PlaceLink } from "../parts/place-link.js";
import { browsing } from "../text/browsing.js";
import { Heading } from "../parts/heading.js";

/** An address that shows nothing. */
export function UnknownScreen() {
  return (
    <>
      <Heading>{browsing.unknownPlace.title}</Heading>
      <Empty
        title={browsing.unknownPlace.title}
        advice={browsing.unknownPlace.advice}
        action={<PlaceLink to={{ screen: "jobs" }}>{browsing.unknownPlace.action}</PlaceLink>}
      />
    </>
  );
}
