import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Pixmill</title>
<h1>Pixmill is running</h1>
<p>The web page is not built yet: run <code>npm run build:web</code> and start again.</p>
<p><a href="/docs">The API's documentation</a></p>
</html>
`;

/** `/` and its assets, open to everybody: the page asks for a key itself. The API works without them. */
export function installWebApp(app: FastifyInstance, webRoot: string): void {
  app.register(async (scope) => {
    scope.addHook("onRoute", (route) => {
      route.config = { ...route.config, open: true };
    });
    addFiles(scope, webRoot);
  });
}

function addFiles(app: FastifyInstance, webRoot: string): void {
  if (!existsSync(join(webRoot, "index.html"))) {
    app.get("/", { schema: { hide: true } }, async (_request, reply) =>
      reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(notBuilt),
    );
    return;
  }
  app.register(fastifyStatic, {
    root: webRoot,
    // A route a file: an address that is no file goes to the one answer for unknown addresses.
    wildcard: false,
    cacheControl: false,
    schemaHide: true,
    setHeaders: (reply, path) => {
      // The build puts a hash of the content into the names of its assets.
      const forEver = path.startsWith(join(webRoot, "assets"));
      reply.header("cache-control", forEver ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
}
