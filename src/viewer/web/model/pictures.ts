import { JobOutputKind } from "../../../conventions/index.js";
import { isPreviewKind } from "./kinds.js";

/** The extensions of pictures that browsers show. */
export const pictureExtensions: readonly string[] = [
  "apng",
  "avif",
  "bmp",
  "gif",
  "ico",
  "jpeg",
  "jpg",
  "png",
  "svg",
  "webp",
];

const pictureTypes = /^image\/(apng|avif|bmp|gif|jpeg|png|svg\+xml|webp|x-icon)\b/i;

export interface PictureTraits {
  readonly path: string;
  /** The stored content type. */
  readonly contentType?: string | undefined;
}

/** Whether a file is a picture, by its name or its stored type. */
export function isPicture({ path, contentType = "" }: PictureTraits): boolean {
  return hasPictureName(path) || pictureTypes.test(contentType);
}

/** Whether the gallery shows an output: pictures that are previews, or results of the job that are not too large. */
export function isInGallery(
  output: PictureTraits & { readonly kind: string; readonly size: number },
): boolean {
  const { kind, size } = output;
  const isShownKind = isPreviewKind(kind) || (kind === JobOutputKind.JobOutput && size <= 4 * 1024 * 1024);
  return isShownKind && isPicture(output);
}

function hasPictureName(path: string): boolean {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  return pictureExtensions.includes(extension);
}
