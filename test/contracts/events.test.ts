import { EmbeddedBus } from "../../src/events/embedded-bus.ts";
import { describeEvents } from "./events.ts";

describeEvents("EmbeddedBus", async () => ({ bus: new EmbeddedBus(), cleanUp: async () => {} }));
