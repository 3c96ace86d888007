import { ShareRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { DialogButton } from "../components/dialog-button.js";
import { PageDialog } from "../components/page-dialog.js";
import { browsing } from "../text/browsing.js";
import { ShareDialog } from "./share-dialog.js";

export interface ShareButtonProps {
  readonly container: string;
  readonly blobName: string;
}

/** A button that offers to share a file: as a text, or as a time-limited link. */
export function ShareButton(props: ShareButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
  };
  return (
    <>
      <DialogButton
        size="small"
        icon={<ShareRegular />}
        title={browsing.share.how}
        onClick={() => {
          setOpen(true);
        }}
      >
        {browsing.share.open}
      </DialogButton>
      <PageDialog isOpen={isOpen} onClose={close}>
        <ShareDialog {...props} onClose={close} />
      </PageDialog>
    </>
  );
}
