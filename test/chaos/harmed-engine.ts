/**
 * The door of an engine process, in which a picture that is marked does harm before it is opened. No picture is known
 * that crashes this libvips, or makes it fill the memory.
 */
import { open } from "node:fs/promises";
import { join } from "node:path";
import perform from "../../src/engine/child/main.ts";
import { sourceName } from "../../src/engine/image-engine.ts";
import { type EngineTask, startedMessage } from "../../src/engine/messages.ts";
import { doHarm, harmIn, markedBytes } from "./harm.ts";

export default async (task: EngineTask) => {
  const harm = harmIn(await beginningOf(task.verb === "render" ? task.request.folder : task.folder));
  if (harm) {
    process.send?.(startedMessage);
    await doHarm(harm);
  }
  return await perform(task);
};

async function beginningOf(folder: string): Promise<Buffer> {
  const file = await open(join(folder, sourceName));
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(markedBytes), 0, markedBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
