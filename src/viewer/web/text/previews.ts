import { formatCounted } from "./format-counted.js";

const number = new Intl.NumberFormat("en");

/** English texts of the previews of pictures. */
export const previews = {
  label: "Previews",
  more: (step: number, left: number) =>
    left > step
      ? `Show ${number.format(step)} more of ${number.format(left)} other previews`
      : `Show ${formatCounted(left, "more preview", "more previews")}`,
  shown: (shown: number, all: number) =>
    `${number.format(shown)} of ${formatCounted(all, "preview", "previews")} shown`,
  broken: "cannot be shown",
} as const;
