import {
  Button,
  Checkbox,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogTitle,
  Field,
  Input,
} from "@fluentui/react-components";
import { useState } from "react";
import type { ZipRequest } from "../../../protocol/index.js";
import { DialogButton } from "../../components/dialog-button.js";
import { PageDialog } from "../../components/page-dialog.js";
import { browsing } from "../../text/browsing.js";
import { CopyCommand } from "./copy-command.js";
import { downloadZip } from "./zip.js";

/** A button for a dialog that downloads the files of a name, of many tasks, into one folder. */
export function DownloadSome({ request }: { readonly request: ZipRequest }) {
  const [isOpen, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
  };
  return (
    <>
      <DialogButton
        size="small"
        onClick={() => {
          setOpen(true);
        }}
      >
        {browsing.downloadSome.open}
      </DialogButton>
      <PageDialog isOpen={isOpen} onClose={close}>
        <FileChoice request={request} onClose={close} />
      </PageDialog>
    </>
  );
}

interface FileChoiceProps {
  readonly request: ZipRequest;
  readonly onClose: () => void;
}

function FileChoice({ request, onClose }: FileChoiceProps) {
  const [include, setInclude] = useState("");
  const [isFlat, setFlat] = useState(true);
  const chosen: ZipRequest = { ...request, ...(include === "" ? {} : { include }), isFlat };
  return (
    <DialogBody>
      <DialogTitle>{browsing.downloadSome.title}</DialogTitle>
      <DialogContent className="dialog-content">
        <Field label={browsing.downloadSome.names} hint={browsing.downloadSome.namesHow}>
          <Input
            value={include}
            placeholder="*.csv"
            onChange={(_, { value }) => {
              setInclude(value.trim());
            }}
          />
        </Field>
        <Checkbox
          label={browsing.downloadSome.flat}
          checked={isFlat}
          onChange={(_, { checked }) => {
            setFlat(checked === true);
          }}
        />
      </DialogContent>
      <DialogActions fluid>
        <Button onClick={onClose}>{browsing.close}</Button>
        <CopyCommand request={chosen} isInDialog />
        <Button
          appearance="primary"
          onClick={() => {
            downloadZip(chosen);
            onClose();
          }}
        >
          {browsing.downloadZip}
        </Button>
      </DialogActions>
    </DialogBody>
  );
}
