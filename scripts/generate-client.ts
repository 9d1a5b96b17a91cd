import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile, type JSONSchema } from "json-schema-to-typescript";
import { startServer } from "../test/http/server.ts";

/**
 * Writes the types of the client from the OpenAPI document of the service. With `--check` it writes nothing and fails
 * when they are not what the document says.
 */
const path = fileURLToPath(new URL("../src/client/schema.ts", import.meta.url));
const banner = `/*
 * What the service says and takes, as types. Made from the schemas of its OpenAPI document (/openapi.json) by
 * \`npm run docs\`: change the schemas in src/http, not these lines.
 */`;

const before = readFileSync(path, { encoding: "utf8", flag: "a+" });
const after = await typesOf(await schemas());
if (before !== after) {
  if (process.argv.includes("--check")) {
    console.error(
      "src/client/schema.ts: not what the service says. Run `npm run docs` and commit the result.",
    );
    process.exitCode = 1;
  } else {
    writeFileSync(path, after);
    console.log("Wrote src/client/schema.ts.");
  }
}

async function schemas(): Promise<Record<string, JSONSchema>> {
  const server = await startServer();
  try {
    const answer = await fetch(`${server.url}/openapi.json`);
    const { components } = (await answer.json()) as { components: { schemas: Record<string, JSONSchema> } };
    return components.schemas;
  } finally {
    await server.close();
  }
}

async function typesOf(definitions: Record<string, JSONSchema>): Promise<string> {
  const text = JSON.stringify(definitions).replaceAll("#/components/schemas/", "#/$defs/");
  const root: JSONSchema = {
    title: "Root",
    type: "object",
    additionalProperties: false,
    $defs: JSON.parse(text),
  };
  const types = await compile(root, "Root", {
    bannerComment: banner,
    additionalProperties: false,
    unreachableDefinitions: true,
    style: { printWidth: 110, singleQuote: false },
  });
  return (
    types
      .replace(/^export interface Root \{\s*\}\n/m, "")
      // That a type has a name of its own, or a list a greatest length, says nothing to a reader.
      .replaceAll(
        /^ \* This interface was referenced by `Root`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/gm,
        "",
      )
      .replaceAll(/\/\*\*\n \*\/\n/g, "")
  );
}
