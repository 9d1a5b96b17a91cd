import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";
import { residentBytes } from "../support/process-memory.ts";
import { fieldPart, form, formType } from "./form.ts";

/** Bytes. */
const mostGrowth = 50 << 20;

describe("a form that is wrong", () => {
  // A process of its own: in the test's, the client's copies of ten megabytes each would be measured too.
  let pixmill: Pixmill;
  beforeAll(async () => {
    pixmill = await startPixmill();
  });
  afterAll(async () => {
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
  });

  it("takes no memory, though it has 10,000 parts", async () => {
    const body = form(...Array.from({ length: 10_000 }, (_, i) => fieldPart(`f${i}`, "x".repeat(1000))));
    const post = async () => {
      const response = await fetch(`${pixmill.url}/upload`, {
        method: "POST",
        headers: { "content-type": formType },
        body,
      });
      expect(response.status).toBe(400);
      await response.text();
    };
    await post();
    const before = await residentBytes(pixmill.pid);
    for (let time = 0; time < 20; time++) await post();
    expect((await residentBytes(pixmill.pid)) - before).toBeLessThan(mostGrowth);
  });
});
