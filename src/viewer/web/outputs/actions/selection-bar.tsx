import { Button } from "@fluentui/react-components";
import { ArrowDownloadRegular, DeleteRegular, DismissRegular, LinkRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { useConfig } from "../../api/config.js";
import { DialogButton } from "../../components/dialog-button.js";
import { PageDialog } from "../../components/page-dialog.js";
import { browsing } from "../../text/browsing.js";
import { CopyCommand } from "./copy-command.js";
import { DeleteQuestion } from "./delete-question.js";
import { LinkOffer } from "./link-offer.js";
import { downloadZip } from "./zip.js";

export interface SelectionBarProps {
  readonly container: string;
  readonly blobNames: readonly string[];
  readonly bytes: string;
  readonly onClear: () => void;
  /** Called when outputs were deleted. */
  readonly onDeleted: () => void;
}

/** Actions on the selected outputs. */
export function SelectionBar({ container, blobNames, bytes, onClear, onDeleted }: SelectionBarProps) {
  const { canSign, canDelete } = useConfig();
  const [dialog, setDialog] = useState<"link" | "delete">();
  const [first] = blobNames;
  const close = () => {
    setDialog(undefined);
  };
  return (
    <div role="group" className="selection-bar" aria-label={browsing.selection}>
      <strong>{browsing.selected(blobNames.length, bytes)}</strong>
      <Button
        size="small"
        appearance="primary"
        icon={<ArrowDownloadRegular />}
        onClick={() => {
          downloadZip({ container, blobNames });
        }}
      >
        {browsing.downloadZip}
      </Button>
      <CopyCommand request={{ container, blobNames }} />
      {canSign && blobNames.length === 1 && (
        <DialogButton
          size="small"
          appearance="subtle"
          icon={<LinkRegular />}
          onClick={() => {
            setDialog("link");
          }}
        >
          {browsing.link.open}
        </DialogButton>
      )}
      {canDelete && (
        <DialogButton
          size="small"
          appearance="subtle"
          icon={<DeleteRegular />}
          onClick={() => {
            setDialog("delete");
          }}
        >
          {browsing.deletion.open}
        </DialogButton>
      )}
      <Button size="small" appearance="subtle" icon={<DismissRegular />} onClick={onClear}>
        {browsing.clearSelection}
      </Button>
      <PageDialog isOpen={dialog === "link"} onClose={close}>
        {first !== undefined && <LinkOffer container={container} blobName={first} onClose={close} />}
      </PageDialog>
      <PageDialog isOpen={dialog === "delete"} onClose={close} isQuestion>
        <DeleteQuestion container={container} blobNames={blobNames} onClose={close} onDeleted={onDeleted} />
      </PageDialog>
    </div>
  );
}
