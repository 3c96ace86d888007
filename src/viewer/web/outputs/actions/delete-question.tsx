import { Button, DialogActions, DialogBody, DialogContent, DialogTitle } from "@fluentui/react-components";
import { useState } from "react";
import { addresses, type ViewerFailure } from "../../../protocol/index.js";
import { deleteAt } from "../../api/client.js";
import { describeError } from "../../api/failure.js";
import { announce } from "../../page/announcer.js";
import { Name } from "../../components/name.js";
import { Failed } from "../../components/states.js";
import { browsing } from "../../text/browsing.js";

const maxNames = 8;

export interface DeleteQuestionProps {
  readonly container: string;
  readonly blobNames: readonly string[];
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

/** Asks whether to delete outputs, and deletes them. Outputs that could not be deleted stay selected. */
export function DeleteQuestion({ container, blobNames, onClose, onDeleted }: DeleteQuestionProps) {
  const [done, setDone] = useState<number>();
  const [failure, setFailure] = useState<ViewerFailure>();
  const start = async () => {
    setFailure(undefined);
    let count = 0;
    try {
      for (const blobName of blobNames) {
        setDone(count);
        await deleteAt(addresses.output(container, blobName));
        count += 1;
      }
      announce(browsing.deletion.done(count));
      onClose();
    } catch (error) {
      setFailure(describeError(error));
    } finally {
      setDone(undefined);
      if (count > 0) onDeleted();
    }
  };
  const press = () => {
    start().catch((error: unknown) => {
      setFailure(describeError(error));
    });
  };
  const isBusy = done !== undefined;
  return (
    <DialogBody>
      <DialogTitle>{browsing.deletion.title(blobNames.length)}</DialogTitle>
      <DialogContent className="dialog-content">
        <ul className="names">
          {blobNames.slice(0, maxNames).map((name) => (
            <li key={name}>
              <Name text={name} />
            </li>
          ))}
          {blobNames.length > maxNames && <li>{browsing.andMore(blobNames.length - maxNames)}</li>}
        </ul>
        <p>{browsing.deletion.warning}</p>
        {failure !== undefined && <Failed title={browsing.deletion.failed} failure={failure} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={isBusy}>
          {browsing.cancel}
        </Button>
        <Button appearance="primary" className="danger" onClick={press} disabled={isBusy}>
          {isBusy ? browsing.deletion.busy(done, blobNames.length) : browsing.deletion.confirm}
        </Button>
      </DialogActions>
    </DialogBody>
  );
}
