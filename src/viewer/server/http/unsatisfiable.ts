/** The answer to a range that begins after the end. */
export function createUnsatisfiableResponse(totalBytes: number, described: Headers): Response {
  const headers = new Headers(described);
  headers.set("content-range", `bytes */${totalBytes}`);
  headers.set("content-type", "application/json");
  headers.delete("content-disposition");
  const failed = {
    code: "RangeNotSatisfiable",
    reason: `The file has ${totalBytes} bytes, and the range begins after its end.`,
  };
  return new Response(JSON.stringify({ failed }), { status: 416, headers });
}
