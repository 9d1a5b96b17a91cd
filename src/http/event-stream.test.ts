import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { UseCases } from "../resize/use-cases.ts";
import { EventStream } from "./event-stream.ts";
import { EventTexts } from "./event-text.ts";

const heartbeat = (id: string) =>
  ({ type: "worker.heartbeat", id, data: { filler: "x".repeat(1_000) } }) as const;

describe("an event stream", () => {
  // Heartbeats carry their own data: no use case is asked.
  const texts = new EventTexts({} as UseCases);

  it("makes text only as far ahead as its reader is near", async () => {
    const stream = new EventStream(texts);
    for (let i = 0; i < 500; i++) stream.tell(heartbeat(`e-${i}`));
    await sleep(20);
    expect(stream.body.readableLength).toBeLessThan(20 * 1024);
    let text = "";
    for await (const chunk of stream.body) {
      text += chunk;
      if (text.includes("id: e-499\n")) break;
    }
    expect(text.match(/^id: /gm)).toHaveLength(500);
  });

  it("drops a reader that takes nothing", async () => {
    const stream = new EventStream(texts, 50);
    for (let i = 0; i < 50; i++) stream.tell(heartbeat(`e-${i}`));
    await new Promise((resolve) => stream.body.once("close", resolve));
    expect(stream.body.destroyed).toBe(true);
  });

  it("sends its waiting events no more once it was ended", async () => {
    const stream = new EventStream(texts);
    stream.tell(heartbeat("e-1"));
    stream.end();
    stream.keepAlive();
    stream.end();
    let text = "";
    for await (const chunk of stream.body) text += chunk;
    expect(text).toBe("retry: 2000\n\n");
  });
});
