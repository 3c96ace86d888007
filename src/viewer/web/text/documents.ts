/** English texts of the views of Markdown and notebooks, which `reading.file` contains. */
export const documents = {
  markdown: {
    done: "Done",
    toDo: "To do",
    tooCostly: "Rendering this Markdown would take too long, so it is shown as text.",
    picture: (alt: string) => (alt === "" ? "[picture, not loaded]" : `[picture, not loaded: ${alt}]`),
  },
  notebook: {
    tooLarge: "This notebook is too large to be shown with its cells. It is shown as text.",
    invalid: (reason: string) => `This is not a notebook of format 4, so it is shown as text. ${reason}`,
    cell: (number: number) => `Cell ${number}`,
    code: (number: number) => `Code of cell ${number}`,
    more: (count: string, what: "cells" | "results") => `Show ${count} more ${what}`,
    inactive: (types: string) => `Not shown, because it could contain active content: ${types}`,
    cut: "The rest of this text is not shown. The download has all of it.",
    picture: "Picture",
    brokenPicture: "The browser cannot show this picture.",
  },
} as const;
