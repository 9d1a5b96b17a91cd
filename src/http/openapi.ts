import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { transformSchema } from "../image/transform.ts";
import { describeDocument, routeDescriber } from "./describe-route.ts";
import { noQuery } from "./query.ts";
import { cookieName } from "./session-cookie.ts";

z.globalRegistry.add(transformSchema, { id: "Transform" });

const description = `Images come in, workers make the sizes and formats that were asked for, everyone watches and
collects. JSON is camelCase, times are ISO 8601 in UTC, sizes are bytes and pixels. Every failed request is answered
with \`application/problem+json\`; its \`code\` is stable. Unknown fields and parameters are refused by name.`;

/** `/openapi.json`, and the same for people at `/docs`. Must be installed before the routes that it describes. */
export function installOpenapi(app: FastifyInstance, { withKeys }: { readonly withKeys: boolean }): void {
  app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Pixmill", version: "1", description, license: { name: "MIT", identifier: "MIT" } },
      servers: [{ url: "/", description: "The service that this document came from" }],
      tags: [
        { name: "Upload", description: "Handing pictures in" },
        { name: "Images", description: "What became of them, and changing their fate" },
        { name: "Contents", description: "The bytes of originals and variants" },
        { name: "Batches", description: "Many images at once" },
        { name: "Events", description: "Everything that happens, as it happens" },
        { name: "Webhooks", description: "Calls to your service when an image or a batch is final" },
        { name: "Operations", description: "The health of the service" },
        {
          name: "Session",
          description: "Cookies for pages, whose pictures and event streams carry no API key",
        },
      ],
      components: {
        securitySchemes: {
          key: { type: "http", scheme: "bearer", description: "An API key" },
          session: { type: "apiKey", in: "cookie", name: cookieName, description: "From `POST /v1/session`" },
        },
      },
      ...(withKeys && { security: [{ key: [] }, { session: [] }] }),
    },
    transform: routeDescriber({ withKeys }),
    transformObject: describeDocument,
    exposeHeadRoutes: true,
  });
  app.register(swaggerUi, { routePrefix: "/docs", staticCSP: docsPolicy });
  app.get("/openapi.json", { schema: { hide: true, querystring: noQuery } }, async () => app.swagger());
}

/** The page brings a script and styles that are written into it; it is still framed by nobody. */
const docsPolicy = {
  "default-src": ["'self'"],
  "img-src": ["'self'", "data:"],
  "style-src": ["'self'", "'unsafe-inline'"],
  "script-src": ["'self'"],
  "frame-ancestors": ["'none'"],
};
