import { expect, test } from "vitest";
import { FailureThrottle, originOf } from "./failure-throttle.ts";

function throttle() {
  const time = { now: 0 };
  return { time, throttle: new FailureThrottle(() => time.now) };
}

function fail(of: FailureThrottle, address: string, times: number) {
  for (let index = 0; index < times; index++) of.failed(address);
}

test("the tenth failure within a minute makes an address wait until the minute is over", () => {
  const { time, throttle: guard } = throttle();
  fail(guard, "10.0.0.1", 9);
  expect(guard.waitSeconds("10.0.0.1")).toBe(0);
  time.now = 20_500;
  fail(guard, "10.0.0.1", 1);
  expect(guard.waitSeconds("10.0.0.1")).toBe(40);
  expect(guard.waitSeconds("10.0.0.2")).toBe(0);
  time.now = 60_000;
  expect(guard.waitSeconds("10.0.0.1")).toBe(0);
});

test("failures of an earlier minute do not count", () => {
  const { time, throttle: guard } = throttle();
  fail(guard, "10.0.0.1", 9);
  time.now = 60_001;
  fail(guard, "10.0.0.1", 9);
  expect(guard.waitSeconds("10.0.0.1")).toBe(0);
});

test("more addresses than are remembered push out the oldest, and memory stays bounded", () => {
  const { throttle: guard } = throttle();
  fail(guard, "first", 10);
  for (let index = 0; index < 10_000; index++) guard.failed(`other-${index}`);
  expect(guard.waitSeconds("first")).toBe(0);
});

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8::6", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
])("%s counts as %s", (address, origin) => {
  expect(originOf(address)).toBe(origin);
});
