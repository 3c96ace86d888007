import type { ZipRequest } from "../../../protocol/index.js";
import { useConfig } from "../../api/config.js";
import { CopyButton } from "../../components/copy-button.js";
import { useJobId } from "../../model/job-name.js";
import { browsing } from "../../text/browsing.js";
import { formatDownloadCommand } from "./cli-command.js";

/** Copies the command that downloads what the zip would contain. */
export function CopyCommand({ request }: { readonly request: ZipRequest }) {
  const config = useConfig();
  const jobId = useJobId(request.container);
  return (
    <CopyButton
      size="small"
      text={formatDownloadCommand(request, { config, jobId })}
      label={browsing.copyCommand}
      title={browsing.copyCommandHow}
    />
  );
}
