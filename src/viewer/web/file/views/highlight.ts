import { createLowlight } from "lowlight";
import { loadLanguage } from "./languages.js";

/** Text with the classes of highlight.js, as a tree. */
export type Highlighted = ReturnType<ReturnType<typeof createLowlight>["highlight"]>["children"];

export interface HighlightRequest {
  readonly text: string;
  readonly language: string;
}

/** Highlights source code. Returns `undefined` for an unknown language. The time can grow with the square of the length. */
export async function highlight({ text, language }: HighlightRequest): Promise<Highlighted | undefined> {
  const grammar = await loadLanguage(language)?.();
  return grammar && createLowlight({ [language]: grammar.default }).highlight(language, text).children;
}
