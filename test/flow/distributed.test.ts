import { describe } from "vitest";
import { Fleet, requireFleet } from "../support/fleet.ts";
import { describeFlow } from "./flow.ts";

describe.runIf(requireFleet())("on Redis and PostgreSQL", () => {
  describeFlow("distributed", () => Fleet.start({ workers: 2 }));
});
