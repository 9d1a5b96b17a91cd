import type { FastifyInstance } from "fastify";
import { withPatience } from "../patience.ts";

/** What one request waits for the catalog in all before it is answered 503, in milliseconds. */
const requestPatienceMs = 2_000;

/** After the body is parsed, since the events of a socket belong to no request. */
export function installPatience(app: FastifyInstance): void {
  app.addHook("preHandler", (_request, _reply, done) => withPatience(requestPatienceMs, done));
}
