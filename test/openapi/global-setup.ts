import type { TestProject } from "vitest/node";
import { startServer } from "../http/server.ts";
import type { OpenapiDocument } from "./document.ts";

/** Asks the service once for its document: with API keys, since 401 is an answer only there. */
export default async function provideDocument(project: TestProject): Promise<void> {
  const server = await startServer({ apiKeys: ["key-of-the-document"] });
  try {
    const answer = await fetch(`${server.url}/openapi.json`, {
      headers: { authorization: "Bearer key-of-the-document" },
    });
    project.provide("openapi", (await answer.json()) as OpenapiDocument);
  } finally {
    await server.close();
  }
}
