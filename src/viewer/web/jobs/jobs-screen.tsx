import { Heading } from "../shell/heading.js";
import { browsing } from "../text/browsing.js";

export function JobsScreen() {
  return <Heading>{browsing.jobs}</Heading>;
}
