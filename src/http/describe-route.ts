import type { SwaggerTransform, SwaggerTransformObject } from "@fastify/swagger";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import type { z } from "zod";
import { type ErrorCode, errorTable } from "../errors.ts";

/** A code, and the status where HTTP, or a protocol on it, has a more exact one than the code's own. */
export type Failure = ErrorCode | { readonly status: number; readonly code: ErrorCode };

declare module "fastify" {
  interface FastifyContextConfig {
    /** What this route can refuse, beside what every route of its kind can. */
    failures?: readonly Failure[];
    /** Answers by itself: it asks nothing that can be away. */
    alone?: boolean;
    /** Reads no body, whatever its method. */
    bodiless?: boolean;
  }
}

interface Written {
  readonly zodSchema: z.core.$ZodType;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}

const zodToJsonConfig = {
  override: ({ zodSchema, jsonSchema }: Written) => {
    // No body: `null` is how the document's writer knows it.
    if (zodSchema._zod.def.type === "undefined") jsonSchema.type = "null";
    // Zod writes the bounds of safe integers into every whole number.
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
};
const describeSchema = createJsonSchemaTransform({ zodToJsonConfig });
const describeComponents = createJsonSchemaTransformObject({ zodToJsonConfig });

const ofEveryRoute: readonly ErrorCode[] = ["invalid_request", "internal_error"];
/** Of a catalog, a storage or a Redis that does not answer. */
const ofOthers: readonly ErrorCode[] = ["overloaded", "storage_error"];
const ofBodies: readonly ErrorCode[] = ["request_timeout", "file_too_large", "unsupported_encoding"];

type Response = Record<string, unknown>;

/** Everything that the type provider says of a route, its bodies by content type, and each way that it can fail. */
export function routeDescriber({ withKeys }: { readonly withKeys: boolean }): SwaggerTransform {
  return (route) => {
    const { body, ...schema } = route.schema ?? {};
    const byType = isByContentType(body);
    const described = describeSchema({ ...route, schema: byType ? schema : (route.schema ?? {}) });
    if (described.schema.hide) return described;
    const codes = failuresOf(route.route, withKeys);
    return {
      ...described,
      schema: {
        ...described.schema,
        ...(byType && { body: bodyOf(body, (one) => describeSchema({ ...route, schema: { body: one } })) }),
        response: { ...failuresByStatus(codes), ...(described.schema.response as Response | undefined) },
      },
    };
  };
}

type Route = Parameters<SwaggerTransform>[0]["route"];

function failuresOf({ method, config }: Route, withKeys: boolean): readonly Failure[] {
  const { open, alone, bodiless, failures = [] } = config ?? {};
  const changes = ![method].flat().some((name) => ["GET", "HEAD", "OPTIONS"].includes(name));
  const asked: ErrorCode[] = [];
  if (!open) {
    asked.push("rate_limited");
    if (withKeys) asked.push("unauthorized");
    // Of a browser that was made to send its cookie; looking is harmless.
    if (withKeys && changes) asked.push("forbidden");
  }
  return [
    ...ofEveryRoute,
    ...asked,
    ...(alone ? [] : ofOthers),
    ...(changes && !bodiless ? ofBodies : []),
    ...failures,
  ];
}

function failuresByStatus(failures: readonly Failure[]): Response {
  const exact = failures.map((one) =>
    typeof one === "string" ? { code: one, status: errorTable[one].status } : one,
  );
  const byStatus = Map.groupBy(exact, ({ status }) => status);
  return Object.fromEntries(
    [...byStatus].map(([status, sameStatus]) => {
      const ofStatus = [...new Set(sameStatus.map(({ code }) => code))];
      const description = ofStatus.map((code) => `\`${code}\`: ${errorTable[code].sentence}`).join("\n\n");
      const schema = {
        allOf: [{ $ref: "#/components/schemas/Problem" }, { properties: { code: { enum: ofStatus } } }],
      };
      return [status, { description, content: { "application/problem+json": { schema } } }];
    }),
  );
}

interface BodyByContentType {
  readonly content: Record<string, { readonly schema: z.ZodType }>;
}

function isByContentType(body: unknown): body is BodyByContentType {
  return typeof body === "object" && body !== null && "content" in body;
}

function bodyOf(
  { content }: BodyByContentType,
  describe: (schema: z.ZodType) => { schema: { body?: unknown } },
) {
  const entries = Object.entries(content).map(([type, entry]) => [
    type,
    { schema: describe(entry.schema).schema.body },
  ]);
  return { content: Object.fromEntries(entries) };
}

type PathItems = Record<string, { get?: object; head?: { operationId?: string } } | undefined>;

/** The document without components that nothing refers to, and without HEAD where GET says the same. */
export const describeDocument: SwaggerTransformObject = (given) => {
  const document = describeComponents(given);
  for (const path of Object.values((document.paths ?? {}) as PathItems)) {
    if (path?.get) delete path.head;
    // The writer of the document tells a HEAD from the GET of its name, which is not there.
    else if (path?.head) path.head.operationId = path.head.operationId?.replace(/-head$/, "");
  }
  const { schemas = {} } = (document as { components: { schemas?: Record<string, unknown> } }).components;
  for (;;) {
    const text = JSON.stringify(document);
    const unused = Object.keys(schemas).filter((name) => !text.includes(`"#/components/schemas/${name}"`));
    if (unused.length === 0) return document;
    for (const name of unused) delete schemas[name];
  }
};
