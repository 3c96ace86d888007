import type { JobItem } from "../../protocol/index.js";
import type { Column } from "../grid/columns.js";
import { Name } from "../components/name.js";
import { RouteLink } from "../components/route-link.js";
import { browsing } from "../text/browsing.js";
import { LastChange } from "./last-change.js";
import { JobTally } from "./job-tally.js";

/** The columns of the table of jobs. */
export const jobColumns: readonly Column<JobItem>[] = [
  {
    id: "name",
    title: browsing.columns.job,
    isSortable: true,
    cell: ({ jobId, container, lastModified }) => (
      <span className="two-lines">
        <RouteLink to={{ screen: "job", container }} tabIndex={-1}>
          <Name text={jobId ?? container} />
        </RouteLink>
        <span className="second-line">
          <LastChange container={container} since={lastModified} />
        </span>
      </span>
    ),
  },
  {
    id: "container",
    title: browsing.columns.container,
    cell: ({ container }) => (
      <span className="quiet">
        <Name text={container} />
      </span>
    ),
  },
  {
    id: "tally",
    title: browsing.columns.holds,
    cell: ({ container }) => <JobTally container={container} />,
  },
  {
    id: "changed",
    title: browsing.columns.changed,
    isSortable: true,
    cell: ({ container, lastModified }) => <LastChange container={container} since={lastModified} />,
  },
];
