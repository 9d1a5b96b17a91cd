import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { render } from "../../src/engine/child/render.ts";
import { type RenderResult, sourceName } from "../../src/engine/image-engine.ts";
import type { TransformInput } from "../../src/image/transform.ts";
import { requestFor } from "./render-request.ts";

export { requestFor, testLimits } from "./render-request.ts";

/** For tests: a work folder that is removed with its block. */
export async function workFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "pixmill-engine-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** For tests: a file in a folder that goes when the test is over. Locked sharp opens files only. */
export async function fileOf(content: Buffer): Promise<string> {
  const folder = await workFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const path = join(folder.path, "file");
  await writeFile(path, content);
  return path;
}

/** For tests: the paths of the variants of a file, in their order; they are there until the test is over. */
export async function renderAll(
  content: Buffer,
  ...transforms: Partial<TransformInput>[]
): Promise<[string, ...string[]]> {
  const folder = await workFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  await writeFile(join(folder.path, sourceName), content);
  const { rendered, failed } = await render(requestFor(folder.path, ...transforms));
  if (failed.length > 0) throw new Error(`not made: ${JSON.stringify(failed)}`);
  const [first, ...others] = rendered.map(({ file }) => join(folder.path, file));
  if (!first) throw new Error("nothing was made");
  return [first, ...others];
}

/** For tests: what the parent would be told of a file's variants. */
export async function renderResult(
  content: Buffer,
  ...transforms: Partial<TransformInput>[]
): Promise<RenderResult> {
  await using folder = await workFolder();
  await writeFile(join(folder.path, sourceName), content);
  return await render(requestFor(folder.path, ...transforms));
}
