import { useEffect, useMemo, useSyncExternalStore } from "react";
import { addresses, type JobItem } from "../../protocol/index.js";
import { useConfig } from "../api/config.js";
import { useListing } from "../api/use-listing.js";
import { Grid } from "../grid/grid.js";
import { useArrivals } from "../grid/use-arrivals.js";
import { useSort } from "../grid/use-sort.js";
import { open, useQuery } from "../address/navigation.js";
import { FilterBox } from "../grid/filter-box.js";
import { compareNames, makeFilter } from "../format/filter.js";
import { rememberJobId } from "../model/job-name.js";
import { ListingStatus } from "../grid/listing-status.js";
import { Empty, Failed, Loading } from "../components/states.js";
import { Heading } from "../components/heading.js";
import { browsing } from "../text/browsing.js";
import { getNewestOutputs, getTally, watchNewestOutputs } from "./tallies.js";
import { jobColumns } from "./job-columns.js";

/** The screen of all jobs with outputs, newest first. */
export function JobsScreen() {
  const { container } = useConfig();
  const listing = useListing<JobItem>(addresses.jobs);
  const [query, change] = useQuery();
  const filter = query.get("q") ?? "";
  const [sort, sortBy] = useSort({ by: "changed", isDescending: true }, ["changed"]);
  const { by, isDescending } = sort;
  const newest = useSyncExternalStore(watchNewestOutputs, getNewestOutputs);
  const containers = useMemo(() => listing.items.map(({ container }) => container), [listing.items]);
  const arrivals = useArrivals(containers, listing.state === "complete");
  useEffect(() => countJobs(listing.items), [listing.items]);
  const rows = useMemo(() => {
    const matches = makeFilter(filter);
    const turn = isDescending ? -1 : 1;
    const getChangeTime = ({ container, lastModified }: JobItem) => newest.get(container) ?? lastModified;
    return listing.items
      .filter((job) => matches(`${job.jobId ?? ""} ${job.container}`))
      .sort(
        (one, other) =>
          turn *
          (by === "changed"
            ? compareNames(getChangeTime(one), getChangeTime(other))
            : compareNames(getJobName(one), getJobName(other))),
      );
  }, [listing.items, filter, by, isDescending, newest]);
  useEffect(() => {
    for (const job of listing.items) rememberJobId(job.container, job.jobId);
  }, [listing.items]);
  const openJob = (job: JobItem) => {
    open({ screen: "job", container: job.container });
  };
  const count =
    filter === "" ? browsing.jobCount(rows.length) : browsing.jobsOf(rows.length, listing.items.length);
  return (
    <div className="screen">
      <div className="screen-head">
        <Heading>{browsing.jobs}</Heading>
      </div>
      <section aria-label={browsing.jobs}>
        <div className="section-bar">
          <FilterBox
            isPrimary
            label={browsing.filterJobs}
            value={filter}
            onChange={(q) => {
              change({ q });
            }}
            onEnter={() => {
              const [first] = rows;
              if (first !== undefined) openJob(first);
            }}
          />
          <ListingStatus listing={listing} count={count} isPrimary />
        </div>
        {container !== undefined && <p className="quiet section-note">{browsing.oneContainer}</p>}
        {listing.failure !== undefined && (
          <Failed title={browsing.jobsFailed} failure={listing.failure} onRetry={listing.refresh} />
        )}
        {rows.length > 0 ? (
          <Grid
            label={browsing.jobs}
            className="grid-jobs"
            rows={rows}
            getKey={(job) => job.container}
            getName={getJobName}
            columns={jobColumns}
            onOpen={openJob}
            sort={sort}
            onSort={sortBy}
            memory={`jobs ${filter}`}
            isNew={(job) => arrivals.has(job.container)}
            isPrimary
          />
        ) : (
          <Nothing state={listing.state} isFiltered={filter !== ""} />
        )}
      </section>
    </div>
  );
}

/** The maximum number of jobs to count that are not visible: the time of the newest output determines the order. */
const maxCounted = 100;

function countJobs(jobs: readonly JobItem[]): () => void {
  const latest = jobs.toSorted((one, other) => compareNames(other.lastModified, one.lastModified));
  const ends = latest.slice(0, maxCounted).map(({ container }) => getTally(container).request(false));
  return () => {
    for (const end of ends) end();
  };
}

function getJobName({ jobId, container }: JobItem): string {
  return jobId ?? container;
}

function Nothing({ state, isFiltered }: { readonly state: string; readonly isFiltered: boolean }) {
  if (state === "loading") return <Loading label={browsing.loadingJobs} />;
  if (state === "failed") return null;
  return <Empty {...(isFiltered ? browsing.nothingFound : browsing.noJobs)} />;
}
