/** Loaded into a worker before its own code (`--import`): its engine processes come in by the door of `harmed-engine`. */
import { childEntry } from "../../src/engine/engine-process.ts";

childEntry.href = new URL("./harmed-engine.ts", import.meta.url).href;
