import { describe, expect, it, vi } from "vitest";
import { Capacity } from "./capacity.ts";

const never = new AbortController().signal;

/** Admits and says when; `release` gives it back. */
function enter(capacity: Capacity, bytes: number, options: { alone?: boolean; signal?: AbortSignal } = {}) {
  const state = { inside: false, release: () => {} };
  const done = capacity.admit(bytes, options.alone ?? false, options.signal ?? never).then((release) => {
    state.inside = true;
    state.release = release;
  });
  done.catch(() => {});
  return Object.assign(state, { done });
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("invariant 7: the memory in flight is bounded", () => {
  it("lets in what fits and makes the rest wait until something leaves", async () => {
    const capacity = new Capacity(100);
    const [a, b, c] = [enter(capacity, 60), enter(capacity, 40), enter(capacity, 40)];
    await settle();
    expect([a.inside, b.inside, c.inside]).toEqual([true, true, false]);
    expect(capacity.used).toBe(100);
    a.release();
    await settle();
    expect(c.inside).toBe(true);
  });

  it("lets small pictures flow past a big one that waits", async () => {
    const capacity = new Capacity(100);
    const running = enter(capacity, 50);
    const big = enter(capacity, 90);
    const small = enter(capacity, 20);
    await settle();
    expect([big.inside, small.inside]).toEqual([false, true]);
    running.release();
    await settle();
    expect(big.inside).toBe(false);
    small.release();
    await settle();
    expect(big.inside).toBe(true);
  });

  it("does not let small pictures starve a big one for ever", async () => {
    const capacity = new Capacity(100);
    const running = [enter(capacity, 20)];
    await settle();
    const big = enter(capacity, 90);
    let passed = 0;
    for (; passed < 1000; passed++) {
      const small = enter(capacity, 20);
      await settle();
      if (!small.inside) break;
      running.push(small);
      running.shift()?.release();
    }
    expect(passed).toBeLessThanOrEqual(100);
    for (const entry of running) entry.release();
    await settle();
    expect(big.inside).toBe(true);
  });

  it("refuses a picture that could never fit, and says how much it would need", async () => {
    const capacity = new Capacity(100 * 2 ** 20);
    const huge = enter(capacity, 500 * 2 ** 20);
    await expect(huge.done).rejects.toMatchObject({
      code: "image_too_large",
      message: expect.stringContaining("500 MB"),
    });
    expect(capacity.used).toBe(0);
  });

  it("runs one picture at a time of those that must run alone", async () => {
    const capacity = new Capacity(1000);
    const [one, two, ordinary] = [
      enter(capacity, 10, { alone: true }),
      enter(capacity, 10, { alone: true }),
      enter(capacity, 10),
    ];
    await settle();
    expect([one.inside, two.inside, ordinary.inside]).toEqual([true, false, true]);
    one.release();
    await settle();
    expect(two.inside).toBe(true);
  });

  it("gives a place back once, however often it is released", async () => {
    const capacity = new Capacity(100);
    const entry = enter(capacity, 60);
    await settle();
    entry.release();
    entry.release();
    expect(capacity.used).toBe(0);
  });

  it("forgets a picture whose work was given up while it waited", async () => {
    const capacity = new Capacity(100);
    const running = enter(capacity, 100);
    const abort = new AbortController();
    const waiting = enter(capacity, 100, { signal: abort.signal });
    const next = enter(capacity, 50);
    await settle();
    abort.abort(new Error("given up"));
    await expect(waiting.done).rejects.toThrow("given up");
    running.release();
    await settle();
    expect(next.inside).toBe(true);
    expect(capacity.used).toBe(50);
  });

  it("puts off what would have to wait, without a hand of the worker's, but not for ever", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const capacity = new Capacity(100);
      expect(capacity.isCrowded).toBe(false);
      const running = enter(capacity, 60);
      await settle();
      expect(capacity.isCrowded).toBe(true);
      const [small, large] = [
        { bytes: 40, alone: false },
        { bytes: 50, alone: false },
      ];
      expect(capacity.putOffMs("large")).toBeUndefined();
      expect([capacity.putOffMs("small", small), capacity.putOffMs("large", large)]).toEqual([0, 500]);
      expect(capacity.putOffMs("never fits", { bytes: 101, alone: false })).toBe(0);
      const pauses = Array.from({ length: 4 }, () => capacity.putOffMs("large"));
      expect(pauses).toEqual([1_000, 2_000, 2_000, 2_000]);
      vi.advanceTimersByTime(29_000);
      expect(capacity.putOffMs("large")).toBe(2_000);
      vi.advanceTimersByTime(2_000);
      expect(capacity.putOffMs("large")).toBe(0);
      expect(capacity.putOffMs("another", large)).toBe(500);
      running.release();
      expect(capacity.putOffMs("another")).toBe(0);
      expect(capacity.isCrowded).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });
});
