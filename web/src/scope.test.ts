import { expect, test } from "vitest";
import { parseScope } from "./scope.ts";

test.each([
  ["", { kind: "all" }],
  ["?batch=", { kind: "all" }],
  ["?batch=b1", { kind: "batch", id: "b1" }],
  ["?image=i1", { kind: "image", id: "i1" }],
  ["?image=i1&batch=b1", { kind: "image", id: "i1" }],
])("the address %s shows %o", (search, scope) => {
  expect(parseScope(search)).toEqual(scope);
});
