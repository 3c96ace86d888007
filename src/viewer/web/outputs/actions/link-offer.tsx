import {
  Button,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogTitle,
  Field,
  Select,
  Textarea,
} from "@fluentui/react-components";
import { useState } from "react";
import { addresses, type LinkAnswer, type LinkRequest, type ViewerFailure } from "../../../protocol/index.js";
import { postJson } from "../../api/client.js";
import { describeError } from "../../api/failure.js";
import { CopyButton } from "../../components/copy-button.js";
import { formatMoment } from "../../format/measures.js";
import { useTimeZone } from "../../page/time-zone.js";
import { Failed } from "../../components/states.js";
import { Name } from "../../components/name.js";
import { browsing } from "../../text/browsing.js";

const hour = 3_600_000;
const lifetimes = [hour, 8 * hour, 24 * hour, 7 * 24 * hour];

export interface LinkOfferProps {
  readonly container: string;
  readonly blobName: string;
  readonly onClose: () => void;
}

/** Creates a time-limited link to one output, on demand. */
export function LinkOffer({ container, blobName, onClose }: LinkOfferProps) {
  const zone = useTimeZone();
  const [lifetimeInMs, setLifetime] = useState(hour);
  const [answer, setAnswer] = useState<LinkAnswer>();
  const [failure, setFailure] = useState<ViewerFailure>();
  const make = () => {
    const request: LinkRequest = { container, blobName, lifetimeInMs };
    postJson<LinkAnswer>(addresses.link, request).then(setAnswer, (error: unknown) => {
      setFailure(describeError(error));
    });
  };
  return (
    <DialogBody>
      <DialogTitle>{browsing.link.title}</DialogTitle>
      <DialogContent className="dialog-content">
        <p>
          <Name text={blobName} />
        </p>
        <p>{browsing.link.warning}</p>
        {failure !== undefined && <Failed title={browsing.link.failed} failure={failure} onRetry={make} />}
        {answer === undefined ? (
          <Field label={browsing.link.lifetime}>
            <Select
              value={lifetimeInMs}
              onChange={(_, { value }) => {
                setLifetime(Number(value));
              }}
            >
              {lifetimes.map((lifetime) => (
                <option key={lifetime} value={lifetime}>
                  {browsing.link.hours(lifetime / hour)}
                </option>
              ))}
            </Select>
          </Field>
        ) : (
          <Field label={browsing.link.until(formatMoment(answer.expiresAt, zone))}>
            <Textarea readOnly value={answer.url} rows={4} resize="vertical" />
          </Field>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{browsing.close}</Button>
        {answer === undefined ? (
          <Button appearance="primary" onClick={make}>
            {browsing.link.make}
          </Button>
        ) : (
          <CopyButton appearance="primary" text={answer.url} label={browsing.link.copy} />
        )}
      </DialogActions>
    </DialogBody>
  );
}
