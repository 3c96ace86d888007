import { renderMarkdown } from "./render-markdown.js";

// Finds out whether the text can be rendered in time: a worker can be stopped, the page cannot.
addEventListener("message", ({ data }: MessageEvent<string>) => {
  renderMarkdown({ children: data });
  postMessage("rendered");
});
