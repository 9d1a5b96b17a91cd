import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { PixmillError } from "../../errors.ts";
import type { UseCases } from "../../resize/use-cases.ts";
import { problemOf, problemType } from "../problem.ts";
import { problemSchema } from "../problem-schema.ts";
import { noQuery } from "../query.ts";

const dependencySchema = z.object({ name: z.string(), ready: z.boolean(), detail: z.string().optional() });
const readySchema = z.object({ ready: z.boolean(), dependencies: z.array(dependencySchema) });
const notReadySchema = problemSchema.extend(readySchema.shape).meta({ id: "NotReady" });

const tags = ["Operations"];

export const healthRoutes: FastifyPluginAsyncZod<{ useCases: UseCases }> = async (app, { useCases }) => {
  let closing = false;
  app.addHook("preClose", async () => {
    closing = true;
  });

  app.get(
    "/livez",
    {
      config: { open: true, alone: true },
      schema: {
        security: [],
        operationId: "getLiveness",
        summary: "Whether the process answers",
        tags,
        querystring: noQuery,
        response: { 200: z.object({ status: z.literal("ok") }) },
      },
    },
    async () => ({ status: "ok" as const }),
  );

  app.get(
    "/readyz",
    {
      config: { open: true },
      schema: {
        security: [],
        operationId: "getReadiness",
        summary: "Whether requests should be sent here, and which dependency is not ready",
        tags,
        querystring: noQuery,
        response: {
          200: readySchema,
          503: {
            description: "Not ready, and why",
            content: { "application/problem+json": { schema: notReadySchema } },
          },
        },
      },
    },
    async (request, reply) => {
      const dependencies = [...(await useCases.readiness())];
      const missing = dependencies.filter((dependency) => !dependency.ready).map(({ name }) => name);
      if (missing.length === 0 && !closing) return { ready: true, dependencies };
      const detail = closing ? "The service is stopping." : `Not ready: ${missing.join(", ")}.`;
      const problem = problemOf(new PixmillError("overloaded", { detail }), request.id);
      return reply
        .code(503)
        .type(problemType)
        .send({ ...problem, ready: false, dependencies });
    },
  );
};
