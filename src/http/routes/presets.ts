import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { transformSchema } from "../../image/transform.ts";
import type { UseCases } from "../../resize/use-cases.ts";
import { noQuery } from "../query.ts";

const presetSchema = z
  .object({
    name: z.string(),
    version: z.string().describe("Another content is another version"),
    variants: z.array(transformSchema),
  })
  .meta({ id: "Preset" });

export const presetRoutes: FastifyPluginAsyncZod<{ useCases: UseCases }> = async (app, { useCases }) => {
  app.get(
    "/v1/presets",
    {
      config: { alone: true },
      schema: {
        operationId: "listPresets",
        summary: "List the presets",
        tags: ["Images"],
        querystring: noQuery,
        response: { 200: z.array(presetSchema) },
      },
    },
    async () =>
      useCases.presets().map(({ name, version, variants }) => ({ name, version, variants: [...variants] })),
  );
};
