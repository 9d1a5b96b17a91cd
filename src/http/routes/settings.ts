import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { formats, formatTable, inputFormats } from "../../image/format.ts";
import type { ImageLimits } from "../../image/limits.ts";
import { noQuery } from "../query.ts";

const settingSchema = z
  .object({
    name: z.string().describe("The variable of the environment"),
    value: z.string().nullable().describe("As it was written, secrets hidden; null when there is none"),
    source: z.enum(["default", "environment", "flag"]),
    sentence: z.string().describe("What it means"),
  })
  .meta({ id: "Setting" });

const limitsSchema = z
  .object({
    maxFileBytes: z.int(),
    maxPixels: z.int().describe("Width × height"),
    maxSide: z.int().describe("Pixels"),
    maxFrames: z.int(),
    formats: z
      .array(z.object({ name: z.enum(formats), mime: z.string(), extension: z.string() }))
      .describe("What is read; the bytes decide, never the name"),
  })
  .meta({ id: "Limits" });

const settingsSchema = z
  .object({ settings: z.array(settingSchema), limits: limitsSchema })
  .meta({ id: "Settings" });

export type ShownSetting = z.output<typeof settingSchema>;

interface Options {
  readonly settings: readonly ShownSetting[];
  readonly limits: ImageLimits & { readonly maxFileBytes: number };
}

/** What is in force, and what a client must know before it sends. It does not change while the process runs. */
export const settingsRoutes: FastifyPluginAsyncZod<Options> = async (app, { settings, limits }) => {
  const { svg = false, ...numbers } = limits;
  const read = inputFormats({ svg }).map((name) => {
    const { mime, extension } = formatTable[name];
    return { name, mime, extension };
  });
  const answer = { settings: [...settings], limits: { ...numbers, formats: read } };

  app.get(
    "/v1/settings",
    {
      config: { alone: true },
      schema: {
        operationId: "getSettings",
        summary: "The settings in force, and the limits for what is sent",
        description: "Of the API process that answers, as `pixmill config` prints them.",
        tags: ["Operations"],
        querystring: noQuery,
        response: { 200: settingsSchema },
      },
    },
    async () => answer,
  );
};
