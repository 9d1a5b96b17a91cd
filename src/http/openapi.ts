import swagger, { type SwaggerTransform } from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import { transformSchema } from "../image/transform.ts";
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
      info: { title: "Pixmill", version: "1", description },
      tags: [
        { name: "Upload" },
        { name: "Images" },
        { name: "Contents" },
        { name: "Batches" },
        { name: "Events" },
        { name: "Webhooks" },
        { name: "Operations" },
        { name: "Session" },
      ],
      components: {
        securitySchemes: {
          key: { type: "http", scheme: "bearer", description: "An API key" },
          session: { type: "apiKey", in: "cookie", name: cookieName, description: "From `POST /v1/session`" },
        },
      },
      ...(withKeys && { security: [{ key: [] }, { session: [] }] }),
    },
    transform: describeRoute,
    transformObject: jsonSchemaTransformObject,
  });
  app.register(swaggerUi, { routePrefix: "/docs", staticCSP: docsPolicy });
  app.get("/openapi.json", { schema: { hide: true, querystring: noQuery } }, async () => app.swagger());
}

/** Bodies by content type, which the type provider's own transform does not know, and everything that it does. */
const describeRoute: SwaggerTransform = (route) => {
  const { body, ...schema } = route.schema ?? {};
  const described = jsonSchemaTransform({ ...route, schema });
  if (!isByContentType(body)) return described;
  const content = Object.entries(body.content).map(([type, entry]) => [
    type,
    { schema: z.toJSONSchema(entry.schema, { io: "input" }) },
  ]);
  return { ...described, schema: { ...described.schema, body: { content: Object.fromEntries(content) } } };
};

function isByContentType(body: unknown): body is { content: Record<string, { schema: z.ZodType }> } {
  return typeof body === "object" && body !== null && "content" in body;
}

/** The page brings a script and styles that are written into it; it is still framed by nobody. */
const docsPolicy = {
  "default-src": ["'self'"],
  "img-src": ["'self'", "data:"],
  "style-src": ["'self'", "'unsafe-inline'"],
  "script-src": ["'self'"],
  "frame-ancestors": ["'none'"],
};
