import type { FastifyInstance } from "fastify";

/**
 * JSON is read and parsed, forms are read by their plugin, everything else is left alone: a route that takes it
 * reads the stream, and a route that does not says so itself.
 */
export function installBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    // `curl -X POST -H 'Content-Type: application/json'` with nothing to say.
    if (body === "") done(null, undefined);
    else parseJson(request, body as string, done);
  });
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
}
