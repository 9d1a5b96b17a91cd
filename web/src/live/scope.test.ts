import { expect, test } from "vitest";
import { parseAddress } from "../address.ts";
import { scopeOf } from "./scope.ts";

test.each([
  ["", { kind: "all" }],
  ["?batch=", { kind: "all" }],
  ["?batch=b1", { kind: "batch", id: "b1" }],
  ["?image=i1", { kind: "image", id: "i1" }],
  ["?image=i1&batch=b1", { kind: "image", id: "i1" }],
  ["?view=images&batch=b1", { kind: "batch", id: "b1" }],
  ["?view=workers&batch=b1", { kind: "all" }],
])("the address %s shows %o", (search, scope) => {
  expect(scopeOf(parseAddress(search))).toEqual(scope);
});
