import { addresses, type OutputItem, type Tally } from "../../protocol/index.js";
import { useListing } from "../api/use-listing.js";
import { OutputsPanel } from "../outputs/outputs-panel.js";
import { Failed } from "../components/states.js";
import { browsing } from "../text/browsing.js";

/** The outputs of the job itself. Most jobs have none: one line then says so, and the tasks stay visible. */
export function JobOutputs({ container }: { readonly container: string }) {
  const listing = useListing<OutputItem, Tally>(addresses.outputs(container));
  return (
    <section aria-labelledby="job-outputs">
      <div className="section-title">
        <h2 id="job-outputs">{browsing.jobOutputs}</h2>
        {listing.items.length === 0 && listing.failure === undefined && (
          <span className="quiet">
            {listing.state === "loading" ? browsing.loading : browsing.noJobOutputs}
          </span>
        )}
      </div>
      {listing.items.length === 0 && listing.failure !== undefined && (
        <Failed title={browsing.outputsFailed} failure={listing.failure} onRetry={listing.refresh} />
      )}
      {listing.items.length > 0 && (
        <OutputsPanel
          label={browsing.jobOutputs}
          listing={listing}
          outputs={listing.items}
          container={container}
          whole={{ container, blobNames: listing.items.map(({ blobName }) => blobName) }}
          hasKinds
          empty={{ title: browsing.noJobOutputs, advice: "" }}
          filterName="outputs"
        />
      )}
    </section>
  );
}
