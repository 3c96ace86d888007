import { Empty } from "../shared/states.js";
import { PlaceLink } from "../shared/place-link.js";
import { browsing } from "../text/browsing.js";
import { Heading } from "./heading.js";

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
