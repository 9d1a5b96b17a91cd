import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { refusalOf } from "./invalid-fields.ts";

const noFields = z.strictObject({});

/** Routes that take no body refuse every field of a JSON one (invariant 10); nothing and `{}` say nothing. */
export async function refuseFields({ body }: FastifyRequest): Promise<void> {
  if (body === undefined) return;
  const result = noFields.safeParse(body);
  if (!result.success) throw refusalOf(result.error, { schema: noFields, code: "invalid_request" });
}
