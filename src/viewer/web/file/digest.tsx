import { Button, ProgressBar } from "@fluentui/react-components";
import { useEffect, useRef, useState } from "react";
import { addresses, type OutputItem, type VerifyProgress, type VerifyResult } from "../../protocol/index.js";
import { stream } from "../api/client.js";
import { describeError } from "../api/failure.js";
import { CopyButton } from "../components/copy-button.js";
import { formatBytes } from "../format/measures.js";
import { describeFailure } from "../text/hints.js";
import { reading } from "../text/reading.js";
import { base64ToHex } from "../format/base64-to-hex.js";

type Verification =
  | { readonly state: "reading"; readonly progress: VerifyProgress }
  | { readonly state: "done"; readonly result: VerifyResult }
  | { readonly state: "failed"; readonly message: string };

const text = reading.file.digest;

/** Shows the stored digest of an output, and verifies it on demand. */
export function Digest({ output }: { readonly output: OutputItem }) {
  const [verification, setVerification] = useState<Verification>();
  const running = useRef<AbortController>(null);
  useEffect(
    () => () => {
      running.current?.abort();
    },
    [],
  );
  const verify = () => {
    const abort = new AbortController();
    running.current?.abort();
    running.current = abort;
    setVerification({ state: "reading", progress: { readBytes: 0, totalBytes: output.size } });
    verifyOutput(output, abort.signal, setVerification).catch((error: unknown) => {
      if (!abort.signal.aborted)
        setVerification({ state: "failed", message: describeFailure(describeError(error)) });
    });
  };
  const { contentMD5 } = output;
  return (
    <div className="digest">
      {contentMD5 === undefined ? (
        <span className="quiet">{text.none}</span>
      ) : (
        <>
          <span className="quiet">{text.label}</span>
          <code>{contentMD5}</code>
          <code>{base64ToHex(contentMD5)}</code>
          <CopyButton text={base64ToHex(contentMD5)} label={text.copy} iconOnly />
        </>
      )}
      <Button size="small" onClick={verify} disabled={verification?.state === "reading"}>
        {contentMD5 === undefined ? text.compute : text.verify}
      </Button>
      <span role="status">{verification !== undefined && <Outcome verification={verification} />}</span>
    </div>
  );
}

function Outcome({ verification }: { readonly verification: Verification }) {
  if (verification.state === "failed") return <span className="digest-bad">{verification.message}</span>;
  if (verification.state === "reading") {
    const { readBytes, totalBytes } = verification.progress;
    return (
      <span className="digest-progress">
        <ProgressBar value={totalBytes === 0 ? 1 : readBytes / totalBytes} aria-label={text.progress} />
        {text.read(formatBytes(readBytes), formatBytes(totalBytes))}
      </span>
    );
  }
  const { outcome, actual } = verification.result;
  if (outcome === "equal") return <span className="digest-good">{text.equal}</span>;
  const hex = base64ToHex(actual);
  return outcome === "unknown" ? (
    <code>{hex}</code>
  ) : (
    <span className="digest-bad">{text.different(hex)}</span>
  );
}

async function verifyOutput(
  { container, blobName }: OutputItem,
  abortSignal: AbortSignal,
  onChange: (verification: Verification) => void,
): Promise<void> {
  const messages = stream<never, VerifyProgress, VerifyResult>(addresses.verify(container, blobName), {
    method: "POST",
    abortSignal,
  });
  for await (const message of messages) {
    if ("progress" in message) onChange({ state: "reading", progress: message.progress });
    if ("end" in message) onChange({ state: "done", result: message.end });
  }
}
