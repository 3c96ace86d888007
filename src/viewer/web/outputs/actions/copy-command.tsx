import type { ZipRequest } from "../../../protocol/index.js";
import { useConfig } from "../../api/config.js";
import { CopyButton } from "../../components/copy-button.js";
import { useJobId } from "../../model/job-name.js";
import { browsing } from "../../text/browsing.js";
import { formatDownloadCommand } from "./cli-command.js";

export interface CopyCommandProps {
  readonly request: ZipRequest;
  /** It is shown like the other buttons of a dialog. */
  readonly isInDialog?: boolean;
}

/** Copies the command that downloads what the zip would contain. */
export function CopyCommand({ request, isInDialog = false }: CopyCommandProps) {
  const config = useConfig();
  const jobId = useJobId(request.container);
  return (
    <CopyButton
      {...(isInDialog ? { appearance: "secondary" } : { size: "small" })}
      text={formatDownloadCommand(request, { config, jobId })}
      label={browsing.copyCommand}
      title={browsing.copyCommandHow}
    />
  );
}
