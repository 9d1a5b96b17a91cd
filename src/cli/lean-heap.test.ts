import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const module = fileURLToPath(new URL("./lean-heap.ts", import.meta.url));

/** The most that the heap of a process held, in megabytes, which has 30 MB that live and far more that lived for a while. */
function mostHeld(keep: string): number {
  const script = `
    import { keepHeapLean } from ${JSON.stringify(module)};
    ${keep}
    const lasting = Array.from({ length: 300_000 }, (_, index) => ({ index, text: "x" + index }));
    const queue = [];
    let most = 0;
    for (let index = 0; index < 6_000_000; index += 1) {
      queue[index % 50_000] = { index, text: "y" + index };
      if (index % 10_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
    }
    console.log(Math.round(most / 1024 ** 2), lasting.length, queue.length);`;
  const args = ["--max-semi-space-size=2", "--input-type=module", "--eval", script];
  return Number.parseInt(execFileSync(process.execPath, args, { encoding: "utf8" }), 10);
}

it("a heap that is kept lean holds far less garbage than V8 would leave in it", { timeout: 120_000 }, () => {
  expect(mostHeld("keepHeapLean();")).toBeLessThan(0.75 * mostHeld(""));
});
