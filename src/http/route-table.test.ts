import fastify from "fastify";
import { expect, it } from "vitest";
import { watchRoutes } from "./route-table.ts";

it("a route table knows the methods of an address, whatever its parameters and query", () => {
  const app = fastify();
  const routes = watchRoutes(app);
  app.get("/things/:id", async () => "");
  app.delete("/things/:id", async () => "");
  app.get("/*", async () => "");
  expect(routes.methodsOf("/things/7?x=1")).toEqual(["DELETE", "GET", "HEAD"]);
  expect(routes.methodsOf("http://host:5000/things/7?x=1")).toEqual(["DELETE", "GET", "HEAD"]);
  expect(routes.methodsOf("/things/")).toEqual([]);
  expect(routes.methodsOf("/things")).toEqual([]);
  expect(routes.methodsOf("/things/7/parts")).toEqual([]);
});
