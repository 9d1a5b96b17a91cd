import { describe, expect, test } from "vitest";
import { Turnstile } from "./turnstile.ts";

const never = new AbortController().signal;

describe("Turnstile", () => {
  test("lets the waiting through in the order in which they came", async () => {
    const turnstile = new Turnstile(1);
    const order: string[] = [];
    await turnstile.enter(never);
    const waiting = ["a", "b", "c"].map(async (name) => {
      await turnstile.enter(never);
      order.push(name);
      turnstile.leave();
    });
    expect(order).toEqual([]);
    turnstile.leave();
    await Promise.all(waiting);
    expect(order).toEqual(["a", "b", "c"]);
  });

  test("who gives up waiting takes no place", async () => {
    const turnstile = new Turnstile(1);
    await turnstile.enter(never);
    const impatient = new AbortController();
    const gaveUp = expect(turnstile.enter(impatient.signal)).rejects.toThrow("enough");
    impatient.abort(new Error("enough"));
    await gaveUp;
    turnstile.leave();
    await turnstile.enter(never);
  });
});
