import {
  Button,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogTitle,
  Field,
  Input,
  Textarea,
} from "@fluentui/react-components";
import { DeleteRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { addresses, type ViewerFailure } from "../../protocol/index.js";
import { open } from "../address/navigation.js";
import { deleteAt } from "../api/client.js";
import { useConfig } from "../api/config.js";
import { describeError } from "../api/failure.js";
import { forgetListings } from "../api/use-listing.js";
import { CopyButton } from "../components/copy-button.js";
import { DialogButton } from "../components/dialog-button.js";
import { Name } from "../components/name.js";
import { PageDialog } from "../components/page-dialog.js";
import { Failed } from "../components/states.js";
import { escapeInvisible } from "../format/escape-invisible.js";
import { JobTally } from "../jobs/job-tally.js";
import { useJobId } from "../model/job-name.js";
import { formatDeleteJobCommand } from "../outputs/actions/cli-command.js";
import { announce } from "../page/announcer.js";
import { browsing } from "../text/browsing.js";

/** A button that offers to delete all outputs of a job: in the page, if the viewer permits it, otherwise by a command. */
export function DeleteJob({ container }: { readonly container: string }) {
  const { canDeleteJobs } = useConfig();
  const jobId = useJobId(container);
  const [isOpen, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
  };
  const isHere = canDeleteJobs && jobId !== undefined;
  return (
    <>
      <DialogButton
        size="small"
        appearance="subtle"
        icon={<DeleteRegular />}
        onClick={() => {
          setOpen(true);
        }}
      >
        {browsing.jobDeletion.open}
      </DialogButton>
      <PageDialog isOpen={isOpen} onClose={close} isQuestion={isHere}>
        {isHere ? (
          <DeletionQuestion container={container} jobId={jobId} onClose={close} />
        ) : (
          <DeletionCommand container={container} jobId={jobId} onClose={close} />
        )}
      </PageDialog>
    </>
  );
}

interface DeletionProps {
  readonly container: string;
  readonly jobId: string;
  readonly onClose: () => void;
}

/** Deletes the outputs of the job when its id has been typed. */
function DeletionQuestion({ container, jobId, onClose }: DeletionProps) {
  const [typed, setTyped] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ViewerFailure>();
  const isConfirmed = typed.trim() === jobId;
  const start = () => {
    if (!isConfirmed || isBusy) return;
    setBusy(true);
    setFailure(undefined);
    deleteAt(addresses.job(container, jobId)).then(
      () => {
        announce(browsing.jobDeletion.done(jobId));
        forgetListings();
        onClose();
        open({ screen: "jobs" });
      },
      (error: unknown) => {
        setBusy(false);
        setFailure(describeError(error));
      },
    );
  };
  return (
    <DialogBody>
      <DialogTitle>{browsing.jobDeletion.title(escapeInvisible(jobId))}</DialogTitle>
      <DialogContent className="dialog-content">
        <DeletedContent container={container} />
        <p>{browsing.jobDeletion.warning}</p>
        <Field label={browsing.jobDeletion.confirm}>
          <Input
            value={typed}
            autoComplete="off"
            disabled={isBusy}
            onChange={(_, { value }) => {
              setTyped(value);
            }}
            onKeyDown={({ key }) => {
              if (key === "Enter") start();
            }}
          />
        </Field>
        {failure !== undefined && <Failed title={browsing.jobDeletion.failed} failure={failure} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={isBusy}>
          {browsing.cancel}
        </Button>
        <Button
          appearance="primary"
          className={isConfirmed ? "danger" : ""}
          onClick={start}
          disabled={!isConfirmed || isBusy}
        >
          {isBusy ? browsing.jobDeletion.busy : browsing.deletion.confirm}
        </Button>
      </DialogActions>
    </DialogBody>
  );
}

function DeletedContent({ container }: { readonly container: string }) {
  return (
    <p>
      {browsing.jobDeletion.content} <JobTally container={container} />
    </p>
  );
}

interface DeletionCommandProps extends Omit<DeletionProps, "jobId"> {
  readonly jobId: string | undefined;
}

/** Shows the command that deletes the outputs of the job, for a viewer that deletes nothing. */
function DeletionCommand({ container, jobId, onClose }: DeletionCommandProps) {
  const config = useConfig();
  const command = jobId === undefined ? undefined : formatDeleteJobCommand(jobId, config);
  const isReadOnly = !config.canDelete;
  const reason = isReadOnly ? browsing.jobDeletion.readOnly : browsing.jobDeletion.oneContainer;
  return (
    <DialogBody>
      <DialogTitle>{browsing.jobDeletion.commandTitle(escapeInvisible(jobId ?? container))}</DialogTitle>
      <DialogContent className="dialog-content">
        <DeletedContent container={container} />
        <p>{browsing.jobDeletion.warning}</p>
        {command === undefined ? (
          <p>
            {browsing.jobDeletion.idUnknown} <Name text={container} />
          </p>
        ) : (
          <>
            <p>{reason}</p>
            <Field label={browsing.jobDeletion.command}>
              <Textarea readOnly value={command} rows={2} resize="vertical" />
            </Field>
          </>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{browsing.close}</Button>
        {command !== undefined && (
          <CopyButton
            appearance="primary"
            text={command}
            label={browsing.copyCommand}
            title={browsing.copyCommand}
          />
        )}
      </DialogActions>
    </DialogBody>
  );
}
