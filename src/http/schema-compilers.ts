import type { FastifySchemaCompiler, FastifySerializerCompiler } from "fastify";
import type { z } from "zod";
import { refusalOf } from "./invalid-fields.ts";

/** Validates what a route says of its parameters, query and body, and names every bad field. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  // Bodies are described for the OpenAPI document and read by their routes: most are streams.
  if (httpPart === "body") return (value) => ({ value });
  return (value) => {
    const result = schema.safeParse(value);
    if (result.success) return { value: result.data };
    return { error: refusalOf(result.error, { schema, code: "invalid_request" }) };
  };
};

/** The compiler has checked the type of every answer; checking each value again would cost every request. */
export const serializerCompiler: FastifySerializerCompiler<z.ZodType> = () => (value) =>
  JSON.stringify(value);
