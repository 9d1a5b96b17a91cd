import type { FastifyInstance } from "fastify";

/** Which methods an address takes: what `405` and `Allow` need and the router does not tell. */
export interface RouteTable {
  methodsOf(url: string): readonly string[];
}

/** Listens to every route that is registered from now on. */
export function watchRoutes(app: FastifyInstance): RouteTable {
  const methods = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    // A catch-all says nothing about a single address.
    if (url.includes("*")) return;
    const known = methods.get(url) ?? new Set();
    methods.set(url, known);
    for (const name of [method].flat()) known.add(name);
  });
  return {
    methodsOf(url) {
      // A request to a proxy names the host too (RFC 9112, 3.2.2); the router looks past it as well.
      const path = (url.split("?", 1)[0] ?? "").replace(/^https?:\/\/[^/]*/i, "");
      const matching = [...methods].filter(([pattern]) => matches(pattern, path));
      return [...new Set(matching.flatMap(([, names]) => [...names]))].sort();
    },
  };
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return false;
  return wanted.every((segment, index) => {
    const text = given[index] ?? "";
    return segment.startsWith(":") ? text !== "" : segment === text;
  });
}
