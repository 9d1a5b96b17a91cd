import { create as contentDisposition } from "content-disposition";
import type { FastifyReply, FastifyRequest } from "fastify";
import { PixmillError } from "../errors.ts";
import type { StoredContent } from "../resize/stored-content.ts";
import { parseRange } from "./byte-range.ts";
import { judgePreconditions, rangeHolds } from "./preconditions.ts";

interface Delivery {
  readonly cacheControl: string;
  readonly disposition: "inline" | "attachment";
  /** Set for bytes that came from a stranger. */
  readonly contentSecurityPolicy?: string;
}

/** Answers GET and HEAD with stored bytes: conditional requests, one range, and headers that browsers obey. */
export async function sendContent(
  request: FastifyRequest,
  reply: FastifyReply,
  content: Omit<StoredContent, "record">,
  delivery: Delivery,
): Promise<FastifyReply> {
  const etag = `"${content.sha256}"`;
  const verdict = judgePreconditions(request.headers, etag);
  if (verdict === "failed") throw new PixmillError("precondition_failed");
  if (verdict === "not modified") {
    return reply.code(304).headers({ etag, "cache-control": delivery.cacheControl }).send();
  }
  const wanted = rangeHolds(request.headers, etag)
    ? parseRange(request.headers.range, content.bytes)
    : undefined;
  if (wanted === "unsatisfiable") {
    reply.header("content-range", `bytes */${content.bytes}`);
    throw new PixmillError("range_not_satisfiable");
  }
  const isHead = request.method === "HEAD";
  // Range is defined for GET only (RFC 9110, 14.2).
  const range = isHead ? undefined : wanted;
  const stream = isHead ? undefined : await content.open(range);
  reply.headers({
    etag,
    "accept-ranges": "bytes",
    "cache-control": delivery.cacheControl,
    "content-type": content.mime,
    "content-length": String(range ? range.end - range.start + 1 : content.bytes),
    "content-disposition": contentDisposition(content.filename, { type: delivery.disposition }),
    // Pictures are made to be shown on other sites too.
    "cross-origin-resource-policy": "cross-origin",
    ...(delivery.contentSecurityPolicy && { "content-security-policy": delivery.contentSecurityPolicy }),
  });
  if (range) reply.code(206).header("content-range", `bytes ${range.start}-${range.end}/${content.bytes}`);
  return reply.send(stream ?? null);
}
