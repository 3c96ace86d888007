import { useJobId, useJobName } from "../model/job-name.js";
import { Name } from "../components/name.js";
import { Heading } from "../components/heading.js";
import { browsing } from "../text/browsing.js";
import { JobOutputs } from "./job-outputs.js";
import { TasksSection } from "./tasks-section.js";

/** The screen of a job: its own outputs, then its tasks. */
export function JobScreen({ container }: { readonly container: string }) {
  const name = useJobName(container);
  const isIdKnown = useJobId(container) !== undefined;
  return (
    <div className="screen">
      <div className="screen-head">
        <Heading title={name}>
          <Name text={name} />
        </Heading>
        {!isIdKnown && <p className="quiet">{browsing.idUnknown}</p>}
      </div>
      <JobOutputs container={container} />
      <TasksSection container={container} />
    </div>
  );
}
