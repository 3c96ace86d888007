import { useEffect, useMemo } from "react";
import { addresses, type JobItem } from "../../protocol.js";
import { useConfig } from "../api/config.js";
import { useListing } from "../api/use-listing.js";
import { Grid } from "../grid/grid.js";
import { useSort } from "../grid/use-sort.js";
import { open, useQuery } from "../address/navigation.js";
import { FilterBox } from "../grid/filter-box.js";
import { compareNames, makeFilter } from "../format/filter.js";
import { rememberJobId } from "../model/job-name.js";
import { ListingStatus } from "../grid/listing-status.js";
import { Empty, Failed, Loading } from "../parts/states.js";
import { Heading } from "../parts/heading.js";
import { browsing } from "../text/browsing.js";
import { jobColumns } from "./job-columns.js";

/** All jobs that saved outputs, newest first. */
export function JobsScreen() {
  const { container } = useConfig();
  const listing = useListing<JobItem>(addresses.jobs);
  const [query, change] = useQuery();
  const filter = query.get("q") ?? "";
  const [sort, sortBy] = useSort({ by: "changed", isDescending: true }, ["changed"]);
  const { by, isDescending } = sort;
  const rows = useMemo(() => {
    const matches = makeFilter(filter);
    const turn = isDescending ? -1 : 1;
    return listing.items
      .filter((job) => matches(`${job.jobId ?? ""} ${job.container}`))
      .sort(
        (one, other) =>
          turn *
          (by === "changed"
            ? compareNames(one.lastModified, other.lastModified)
            : compareNames(nameOf(one), nameOf(other))),
      );
  }, [listing.items, filter, by, isDescending]);
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
          <Failed title={browsing.jobsFailed} failure={listing.failure} onAgain={listing.refresh} />
        )}
        {rows.length > 0 ? (
          <Grid
            label={browsing.jobs}
            className="grid-jobs"
            rows={rows}
            keyOf={(job) => job.container}
            nameOf={nameOf}
            columns={jobColumns}
            onOpen={openJob}
            sort={sort}
            onSort={sortBy}
            memory="jobs"
            isPrimary
          />
        ) : (
          <Nothing state={listing.state} isFiltered={filter !== ""} />
        )}
      </section>
    </div>
  );
}

function nameOf({ jobId, container }: JobItem): string {
  return jobId ?? container;
}

function Nothing({ state, isFiltered }: { readonly state: string; readonly isFiltered: boolean }) {
  if (state === "loading") return <Loading label={browsing.loadingJobs} />;
  if (state === "failed") return null;
  return <Empty {...(isFiltered ? browsing.nothingFound : browsing.noJobs)} />;
}
