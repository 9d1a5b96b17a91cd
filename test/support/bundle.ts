import { fileURLToPath } from "node:url";
import { build } from "vite";

/** A script and what it imports, as a bundler makes them for a page. */
export async function bundleForPage(script: URL): Promise<string> {
  const results = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(script), formats: ["iife"], name: "test" },
    },
  });
  const [result] = [results].flat();
  if (!result || !("output" in result)) throw new Error("Vite built nothing.");
  return result.output[0].code;
}
