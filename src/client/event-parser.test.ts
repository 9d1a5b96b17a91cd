import { expect, test } from "vitest";
import { EventParser } from "./event-parser.ts";

const stream = `retry: 2000

: still here

id: a-1
event: image.done
data: {"worker": "wörker"}

event: worker.heartbeat
data: one
data: two

id: a-2

`;

test.each([1, 2, 7, 1000])("a stream that comes in pieces of %i bytes has the same events", (length) => {
  const bytes = new TextEncoder().encode(stream);
  const parser = new EventParser();
  const events = [];
  for (let at = 0; at < bytes.length; at += length)
    events.push(...parser.push(bytes.subarray(at, at + length)));
  expect(events).toEqual([
    { type: "image.done", id: "a-1", data: '{"worker": "wörker"}' },
    { type: "worker.heartbeat", id: "a-1", data: "one\ntwo" },
  ]);
});

test("an event without its empty line has not come yet", () => {
  const parser = new EventParser();
  expect(parser.push(new TextEncoder().encode("data: 1\n"))).toEqual([]);
  expect(parser.push(new TextEncoder().encode("\r\n"))).toEqual([{ type: "message", id: "", data: "1" }]);
});
