import { Button, type ButtonProps } from "@fluentui/react-components";
import { ArrowDownloadRegular } from "@fluentui/react-icons";
import { browsing } from "../text/browsing.js";

export interface DownloadButtonProps {
  /** An address of the protocol, such as `addresses.content(…)`. */
  readonly address: string;
  /** The name of the file, for screen readers. */
  readonly name: string;
  readonly iconOnly?: boolean;
  readonly appearance?: ButtonProps["appearance"];
}

/** Downloads one file. A plain link, so that the browser shows the progress and can resume. */
export function DownloadButton({
  address,
  name,
  iconOnly = false,
  appearance = "subtle",
}: DownloadButtonProps) {
  return (
    <Button
      as="a"
      appearance={appearance}
      icon={<ArrowDownloadRegular />}
      href={`${address}${address.includes("?") ? "&" : "?"}download`}
      download=""
      aria-label={browsing.downloadOne(name)}
      title={browsing.downloadOne(name)}
    >
      {iconOnly ? null : browsing.download}
    </Button>
  );
}
