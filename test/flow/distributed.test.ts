import { describe } from "vitest";
import { Fleet, requireFleet } from "../support/fleet.ts";
import { describeEventStream } from "./event-stream.ts";
import { describeFlow } from "./flow.ts";
import { describeIdempotency } from "./idempotency.ts";

describe.runIf(requireFleet())("on Redis and PostgreSQL", () => {
  describeFlow("distributed", () => Fleet.start({ workers: 2 }));
  describeEventStream("distributed", () => Fleet.start({ workers: 2 }));
  describeIdempotency("distributed", () => Fleet.start({ workers: 2 }));
});
