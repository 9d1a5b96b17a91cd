import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const module = fileURLToPath(new URL("./end-process.ts", import.meta.url));

/** A process of its own that says `listened` to its exit; resolves to its exit code and what it printed. */
async function end(script: string, nodeFlags: readonly string[] = []) {
  const program = `
    import { endAtOnce, endSoon } from ${JSON.stringify(module)};
    process.on("exit", () => process.stdout.write("listened"));
    ${script}`;
  const child = spawn(process.execPath, [...nodeFlags, "--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 20_000,
    killSignal: "SIGKILL",
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const [code, signal] = await once(child, "close");
  return { code: code ?? signal, output };
}

/** Garbage, and a thread of V8's that makes more: at some time or other it waits for a collection. */
const busyHeap = `
  const until = performance.now() + 100;
  let kept = [];
  while (performance.now() < until) {
    kept.push({ at: performance.now() });
    if (kept.length > 300_000) kept = [];
  }`;
const busyThread = "--stress-concurrent-allocation";

it.each(["endSoon", "endAtOnce"])(
  "%s ends though a thread of V8 waits for a collection",
  {
    timeout: 300_000,
  },
  async (name) => {
    for (let time = 0; time < 8; time += 1) {
      expect((await end(`${busyHeap} ${name}(3);`, [busyThread])).code).toBe(3);
    }
  },
);

it("ends soon though something is left in the event loop", async () => {
  const { code, output } = await end("setInterval(() => {}, 1_000); endSoon(3);");
  expect(code).toBe(3);
  expect(output).toBe("listened");
});

it("ends at once in the middle of everything, after the listeners to its exit", async () => {
  const { code, output } = await end(
    'process.stdin.resume(); endAtOnce(4); process.stdout.write("went on");',
  );
  expect(code).toBe(4);
  expect(output).toBe("listened");
});
