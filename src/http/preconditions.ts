import type { IncomingHttpHeaders } from "node:http";

/** What a conditional request comes to, for content with a strong tag (RFC 9110, 13.2.2). */
export function judgePreconditions(
  headers: IncomingHttpHeaders,
  etag: string,
): "go on" | "failed" | "not modified" {
  const { "if-match": match, "if-none-match": noneMatch } = headers;
  if (match !== undefined && !lists(match, etag)) return "failed";
  // If-None-Match compares weakly: `W/"x"` and `"x"` are the same.
  if (noneMatch !== undefined && lists(noneMatch.replaceAll(/W\//g, ""), etag)) return "not modified";
  return "go on";
}

/** Whether a range may be answered: without `If-Range`, or when it names this very content. */
export function rangeHolds(headers: IncomingHttpHeaders, etag: string): boolean {
  // A date never holds: content here has no date but its tag.
  return headers["if-range"] === undefined || headers["if-range"] === etag;
}

function lists(header: string, etag: string): boolean {
  return header.split(",").some((tag) => tag.trim() === etag || tag.trim() === "*");
}
