import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startServer, type TestServer } from "../http/server.ts";
import { photo } from "../pictures/index.ts";
import { removeFolder, temporaryFolder } from "../support/pixmill.ts";
import { AnswerCheck } from "./answer-check.ts";
import type { OpenapiDocument } from "./document.ts";

const run = promisify(execFile);

async function complaintsAbout(document: OpenapiDocument): Promise<string[]> {
  const config = await createConfig({
    extends: ["recommended-strict"],
    // The address is "/": the document is of the service that gave it.
    rules: { "no-server-example.com": "off", "no-empty-servers": "error" },
  });
  const found = await lintFromString({ source: JSON.stringify(document), config });
  return found.map(({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer}: ${message}`);
}

describe("the OpenAPI document", () => {
  let server: TestServer;
  let folder: string;
  let document: OpenapiDocument;
  beforeAll(async () => {
    folder = await temporaryFolder();
    await writeFile(join(folder, "cat.jpg"), await photo({ width: 64, height: 48, format: "jpeg" }));
    await writeFile(join(folder, "dog.png"), await photo({ width: 64, height: 48, format: "png" }));
    server = await startServer();
    document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenapiDocument;
  });
  afterAll(async () => {
    await server?.close();
    await removeFolder(folder);
  });

  it("has nothing that an independent linter complains of", async () => {
    expect(await complaintsAbout(inject("openapi"))).toEqual([]);
  });

  it("says that keys are wanted only where they are", () => {
    const statuses = (of: OpenapiDocument) => Object.keys(of.paths["/v1/images"]?.get?.responses ?? {});
    expect(statuses(inject("openapi"))).toContain("401");
    expect(statuses(document)).not.toContain("401");
  });

  it("has curl lines that work", async () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const lines = operations.flatMap(({ description }) => description?.match(/^curl .+$/gm) ?? []);
    expect(lines.length).toBeGreaterThanOrEqual(3);
    for (const line of lines) {
      const command = line
        .replace("http://localhost:5000", server.url)
        .replace(/^curl /, "curl -sS --fail-with-body ");
      const { stdout } = await run("sh", ["-c", command], { cwd: folder });
      expect(JSON.parse(stdout), line).toMatchObject({ id: expect.any(String) });
    }
  });

  it("has examples of JSON bodies that are taken", async () => {
    let sent = 0;
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, { requestBody }] of Object.entries(methods)) {
        const json = requestBody?.content["application/json"];
        if (!json) continue;
        const examples = [json.example, ...Object.values(json.examples ?? {}).map(({ value }) => value)];
        const bodies = examples.filter((body) => body !== undefined);
        expect(bodies.length, `examples for ${method} ${path}`).toBeGreaterThan(0);
        for (const body of bodies) {
          const answer = await fetch(server.url + path, {
            method,
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
          });
          expect([path, answer.status]).toEqual([path, expect.toSatisfy((status) => status < 300)]);
          sent += 1;
        }
      }
    }
    expect(sent).toBeGreaterThanOrEqual(4);
  });
});

describe("the check of every answer in the tests", () => {
  const answer = (status: number, body: object, type = "application/json") =>
    new Response(JSON.stringify(body), { status, headers: { "content-type": type, "x-request-id": "1" } });
  const problem = { type: "about:blank", title: "x", status: 404, detail: "x", requestId: "1" };
  const queue = {
    waiting: 0,
    active: 0,
    delayed: 0,
    failed: 0,
    oldestWaitingMs: null,
    throughputPerMinute: 0,
    levels: [],
  };
  const look = (path: string, answered: Response) =>
    new AnswerCheck(inject("openapi")).look("GET", new URL(path, "http://localhost"), answered);

  it("lets pass what is documented", async () => {
    await look("/v1/queue", answer(200, queue));
    await look("/v1/images/x", answer(404, { ...problem, code: "not_found" }, "application/problem+json"));
  });

  it.each<[string, string, Response]>([
    ["a status", "/v1/queue", answer(201, queue)],
    ["a field", "/v1/queue", answer(200, { ...queue, extra: 1 })],
    ["a missing field", "/v1/queue", answer(200, { waiting: 0 })],
    ["a media type", "/v1/queue", answer(200, queue, "application/hal+json")],
    [
      "a code of another route",
      "/v1/images/x",
      answer(404, { ...problem, code: "not_ready" }, "application/problem+json"),
    ],
    [
      "an error of no known code",
      "/nowhere",
      answer(404, { ...problem, code: "lost" }, "application/problem+json"),
    ],
  ])("fails a test that meets %s that is not", async (_what, path, answered) => {
    await expect(look(path, answered)).rejects.toThrow();
  });
});
