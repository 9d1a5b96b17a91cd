import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { availableMemory } from "./memory-limit.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function kernel(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "pixmill-cgroup-"));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const total = 8_000_000_000;

test("without cgroups the machine's memory counts", () => {
  expect(availableMemory({ root: kernel({}), total })).toBe(total);
});

test("a cgroup v2 limit counts, and `max` is none", () => {
  const limited = kernel({ "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "512000000\n" });
  const free = kernel({ "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n" });
  expect(availableMemory({ root: limited, total })).toBe(512_000_000);
  expect(availableMemory({ root: free, total })).toBe(total);
});

test("a cgroup v1 limit counts, and its huge number is none", () => {
  const cgroup = { "proc/self/cgroup": "9:name=systemd:/\n4:cpu,memory:/docker/abc\n" };
  const file = "sys/fs/cgroup/memory/memory.limit_in_bytes";
  expect(availableMemory({ root: kernel({ ...cgroup, [file]: "300000000\n" }), total })).toBe(300_000_000);
  expect(availableMemory({ root: kernel({ ...cgroup, [file]: "9223372036854771712\n" }), total })).toBe(
    total,
  );
});

test("the smallest limit on the way up to the root counts", () => {
  const root = kernel({
    "proc/self/cgroup": "0::/machine/pod/app\n",
    "sys/fs/cgroup/machine/memory.max": "900000000\n",
    "sys/fs/cgroup/machine/pod/memory.max": "400000000\n",
    "sys/fs/cgroup/machine/pod/app/memory.max": "max\n",
  });
  expect(availableMemory({ root, total })).toBe(400_000_000);
});
