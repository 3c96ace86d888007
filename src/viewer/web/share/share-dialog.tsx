import {
  Button,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogTitle,
  Field,
  Textarea,
} from "@fluentui/react-components";
import { useState } from "react";
import { useQuery } from "../address/navigation.js";
import { useConfig } from "../api/config.js";
import { useJobId } from "../model/job-name.js";
import { LinkOffer } from "../outputs/actions/link-offer.js";
import { parseLineRange } from "../pane/use-line-selection.js";
import { CopyButton } from "../components/copy-button.js";
import { browsing } from "../text/browsing.js";
import { formatShareText } from "./format-share-text.js";

export interface ShareDialogProps {
  readonly container: string;
  readonly blobName: string;
  readonly onClose: () => void;
}

/** A text for a colleague about a file or its selected lines, and the way to a link for people without access. */
export function ShareDialog({ container, blobName, onClose }: ShareDialogProps) {
  const config = useConfig();
  const jobId = useJobId(container);
  const [query] = useQuery();
  const [isLink, setLink] = useState(false);
  if (isLink) return <LinkOffer container={container} blobName={blobName} onClose={onClose} />;
  const file = { container, blobName, lines: parseLineRange(query), href: getSharedHref() };
  const text = formatShareText(file, { config, jobId });
  return (
    <DialogBody>
      <DialogTitle>{browsing.share.title}</DialogTitle>
      <DialogContent className="dialog-content">
        <Field label={browsing.share.text}>
          <Textarea readOnly value={text} rows={6} resize="vertical" className="shared-text" />
        </Field>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{browsing.close}</Button>
        {config.canSign && (
          <Button
            onClick={() => {
              setLink(true);
            }}
          >
            {browsing.link.open}
          </Button>
        )}
        <CopyButton appearance="primary" text={text} label={browsing.share.copy} />
      </DialogActions>
    </DialogBody>
  );
}

/** Returns the page's address, unless only this machine can open it. */
function getSharedHref(): string | undefined {
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  return isLocal ? undefined : location.href;
}
