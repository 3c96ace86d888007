import { Button } from "@fluentui/react-components";
import { ArrowDownloadRegular } from "@fluentui/react-icons";
import type { ZipRequest } from "../../../protocol/index.js";
import { browsing } from "../../text/browsing.js";
import { CopyCommand } from "./copy-command.js";
import { downloadZip } from "./zip.js";

export interface DownloadAllProps {
  readonly request: ZipRequest;
  readonly label: string;
}

/** Buttons to download the outputs of a task or job as a zip, or to copy the command for it. */
export function DownloadAll({ request, label }: DownloadAllProps) {
  return (
    <span className="download-all">
      <Button
        size="small"
        icon={<ArrowDownloadRegular />}
        title={browsing.zipHow}
        onClick={() => {
          downloadZip(request);
        }}
      >
        {label}
      </Button>
      <CopyCommand request={request} />
    </span>
  );
}
