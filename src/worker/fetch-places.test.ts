import { expect, test } from "vitest";
import { FetchPlaces, type PlaceTaker } from "./fetch-places.ts";

const single = (origin: string): PlaceTaker => ({ origin, batchId: null });
const of = (batchId: string, origin: string): PlaceTaker => ({ origin, batchId });

/** How many of those places are taken, when as many are asked for as there are at most. */
function takeAll(places: FetchPlaces, takerOf: (index: number) => PlaceTaker): number {
  return Array.from({ length: 36 }, (_, index) => places.take(takerOf(index))).filter(Boolean).length;
}

test("a batch gets no more places than it leaves free, on one server or on many", () => {
  const onOne = new FetchPlaces({ all: 36, kept: 4 });
  expect(takeAll(onOne, () => of("a", "http://slow"))).toBe(16);
  expect(onOne.refused).toEqual({ origins: [], batches: ["a"] });
  const onMany = new FetchPlaces({ all: 36, kept: 4 });
  expect(takeAll(onMany, (index) => of("a", `http://slow-${index}`))).toBe(16);
  expect(onMany.take(of("b", "http://quick"))).toBe(true);
  expect(onMany.take(single("http://quick"))).toBe(true);
});

test("a server gets no more places than it leaves free, however many batches ask it", () => {
  const places = new FetchPlaces({ all: 36, kept: 4 });
  expect(takeAll(places, (index) => of(`batch-${index}`, "http://slow"))).toBe(16);
  expect(takeAll(places, () => single("http://slow"))).toBe(2);
  expect(places.refused).toEqual({ origins: ["http://slow"], batches: [] });
  expect(places.take(of("batch-0", "http://quick"))).toBe(true);
});

test("single images have places that no number of batches takes", () => {
  const places = new FetchPlaces({ all: 36, kept: 4 });
  expect(takeAll(places, (index) => of(`batch-${index}`, `http://slow-${index}`))).toBe(32);
  expect(places.refused.batches).toBe("all");
  expect(places.isFull).toBe(false);
  expect(takeAll(places, (index) => single(`http://quick-${index}`))).toBe(4);
  expect(places.isFull).toBe(true);
});

test("a place that is given back is anybody's", () => {
  const places = new FetchPlaces({ all: 2, kept: 0 });
  const taker = of("a", "http://one");
  expect([places.take(taker), places.take(taker)]).toEqual([true, false]);
  places.release(taker);
  expect(places.refused).toEqual({ origins: [], batches: [] });
  expect(places.take(of("b", "http://one"))).toBe(true);
});
