import cors from "@fastify/cors";
import type { FastifyInstance } from "fastify";

/** What a page of another origin may read of an answer, beside what every page may. */
const exposedHeaders = [
  "Accept-Ranges",
  "Content-Disposition",
  "Content-Range",
  "ETag",
  "Idempotent-Replay",
  "Image-Id",
  "Location",
  "RateLimit-Limit",
  "RateLimit-Remaining",
  "RateLimit-Reset",
  "Retry-After",
  "Tus-Extension",
  "Tus-Max-Size",
  "Tus-Resumable",
  "Tus-Version",
  "Upload-Expires",
  "Upload-Length",
  "Upload-Metadata",
  "Upload-Offset",
  "X-Request-Id",
];

/** How long a browser remembers a preflight, in seconds; longer than two hours no browser does. */
const maxAge = 7_200;

/**
 * Lets pages of exactly these origins use the API, with an API key: cookies stay at home. To be installed before
 * authentication, because a browser asks first, and without the key. Others are answered as if this were off.
 */
export function installCors(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.register(cors, {
    origin: (origin, answer) => answer(null, origin !== undefined && origins.includes(origin) && origin),
    methods: ["GET", "HEAD", "POST", "PATCH", "DELETE"],
    exposedHeaders,
    maxAge,
    // An OPTIONS that is no preflight is not worth an error of another shape.
    strictPreflight: false,
  });
}
