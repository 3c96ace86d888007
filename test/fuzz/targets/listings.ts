import assert from "node:assert/strict";
import fc from "fast-check";

import { ListBlobsParser } from "../../../src/storage/transport/list-answer/list-blobs-parser.js";
import { BlobTemplates } from "../../../src/storage/transport/list-answer/blob-template.js";
import { PageMemory } from "../../../src/storage/transport/list-answer/page-memory.js";
import { fromBytes, type FuzzTarget, toBytes } from "../support/fuzz-target.js";

function read(bytes: Buffer, pieceBytes: number, templates = new BlobTemplates()) {
  const memory = new PageMemory();
  const parser = new ListBlobsParser(memory, templates);
  for (let at = 0; at < bytes.length; at += pieceBytes) parser.feed(bytes.subarray(at, at + pieceBytes));
  const page = parser.end();
  if (page === undefined) return undefined;
  const items = [...page.items];
  assert.ok(
    memory.bytes.length <= Math.max(1 << 20, 4 * bytes.length),
    "memory is in proportion to the answer",
  );
  for (const { metadata } of items)
    assert.ok(metadata === undefined || Object.values(metadata).every((value) => typeof value === "string"));
  return { items, prefixes: page.prefixes, continuationToken: page.continuationToken };
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The names in an answer that is as the service writes it, by a few plain patterns; `undefined` for any other. */
function readNamesSimply(text: string): string[] | undefined {
  const inner =
    /^\ufeff?<\?xml version="1\.0" encoding="utf-8"\?><EnumerationResults[^<>]*>(?:<(?:Prefix|Marker|MaxResults|Delimiter)>[^<>]*<\/\w+>)*<Blobs>(.*)<\/Blobs><NextMarker ?\/><\/EnumerationResults>$/s.exec(
      text,
    )?.[1];
  if (inner === undefined) return undefined;
  const blobs = inner.split("</Blob>");
  if (blobs.pop() !== "") return undefined;
  const names: string[] = [];
  for (const blob of blobs) {
    const name =
      /^<Blob><Name>([^<>&\r]*(?:&(?:amp|lt|gt|quot|apos);[^<>&\r]*)*)<\/Name><Properties><Content-Length>\d{1,9}<\/Content-Length><\/Properties>$/.exec(
        blob,
      )?.[1];
    if (name === undefined) return undefined;
    names.push(name.replace(/&(\w+);/g, (_, entity: string) => entities[entity] ?? ""));
  }
  return names;
}

function xml(blobs: string, rest = "<NextMarker />"): string {
  return fromBytes(
    Buffer.from(
      `\ufeff<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://h/" ContainerName="c"><Prefix>p</Prefix><Blobs>${blobs}</Blobs>${rest}</EnumerationResults>`,
    ),
  );
}

const small = (name: string): string =>
  `<Blob><Name>${name}</Name><Properties><Content-Length>12</Content-Length></Properties></Blob>`;
const whole = (name: string): string =>
  `<Blob><Name>${name}</Name><Properties><Creation-Time>Sun, 01 Nov 2026 10:00:00 GMT</Creation-Time><Last-Modified>Mon, 02 Nov 2026 11:22:33 GMT</Last-Modified><Etag>0x8DD</Etag><ResourceType>file</ResourceType><Content-Length>12</Content-Length><Content-Type>text/plain</Content-Type><Content-Encoding /><Content-MD5>XrY7u+Ae7tCTyyK7j1rNww==</Content-MD5><BlobType>AppendBlob</BlobType><AccessTier>Hot</AccessTier></Properties><Metadata><a>b</a><trackedlog_id>x</trackedlog_id></Metadata><OrMetadata /></Blob>`;

const name = fc.oneof(
  fc.constantFrom(
    "a",
    "t1/$TaskLog/stdout.txt",
    "a&amp;b",
    "&lt;&gt;&quot;&apos;",
    "&#65;&#x1F600;",
    "é😀語",
    "&#xD800;",
    "&nope;",
    "a%20b",
    "",
    " a ",
    "x".repeat(1024),
  ),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).map((text) => text.replace(/[<>&\r]/g, "_")),
);

export const target: FuzzTarget = {
  isBinary: true,
  seeds: [
    xml(whole("a") + whole("b") + whole("c")),
    xml(small("a") + small("a&amp;b")),
    xml("", "<NextMarker>2!92!x</NextMarker>"),
    xml(
      `<BlobPrefix><Name>t1/</Name></BlobPrefix><Blob><Name Encoded="true">a%00b</Name><Properties><Content-Length>1</Content-Length></Properties></Blob>`,
    ),
    xml(
      "<Blob><Name>a</Name><Properties><Content-Length>1</Content-Length></Properties><Metadata><__proto__>x</__proto__><constructor>y</constructor></Metadata></Blob>",
    ),
    `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "&#38;a;&#38;a;">]>${xml(small("&a;"))}`,
    fromBytes(Buffer.from(xml(small("a")), "utf16le")),
  ],
  grammar: fc
    .array(fc.tuple(name, fc.constantFrom(small, whole)), { maxLength: 6 })
    .map((blobs) => xml(blobs.map(([text, format]) => format(text)).join(""))),
  words: [
    "<Blob>",
    "</Blob>",
    "<Name>",
    "</Name>",
    "<Name/>",
    "&amp;",
    "&#0;",
    "&#x110000;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?xml ?>",
    "<!DOCTYPE x>",
    "\xef\xbb\xbf",
    "\xff\xfe",
    "\xc0\x80",
    "<Blobs>",
    "<Metadata>",
    "<NextMarker>",
  ],
  check(input) {
    const bytes = toBytes(input);
    const page = read(bytes, Math.max(1, bytes.length));
    const known = new BlobTemplates();
    read(bytes, 7, known);
    for (const [pieceBytes, templates] of [
      [1, new BlobTemplates()],
      [1000, known],
    ] as const)
      assert.deepEqual(
        read(bytes, pieceBytes, templates),
        page,
        "the same in pieces, and with known layouts",
      );
    const expected = readNamesSimply(bytes.toString("utf8"));
    if (page !== undefined && expected !== undefined)
      assert.deepEqual(
        page.items.map((item) => item.name),
        expected,
      );
  },
};
