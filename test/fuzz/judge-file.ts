import { type ErrorCode, errorTable } from "../../src/errors.ts";
import { bytesOf, type ImageView, upload } from "../support/client.ts";
import type { DamagedFile } from "./damaged-files.ts";

/** What became of one file: `refused`, `done` or `failed`, with the code; `wrong`: what must never happen. */
export interface Fate {
  readonly end: "refused" | "done" | "failed" | "wrong";
  readonly code: string;
  /** Of an accepted image. */
  readonly id?: string;
  /** Variants that can be fetched. */
  readonly ready: number;
}

/**
 * Failures that are a fault of the service or of what it is built on, whatever the bytes were. A crash of the engine
 * harms one image only, and is all the same a mistake in reading that somebody could use: to be found, told and fixed.
 */
const ownFaults: ReadonlySet<string> = new Set<ErrorCode>([
  "engine_crashed",
  "internal_error",
  "original_missing",
  "storage_error",
  "storage_full",
  "overloaded",
]);

const isCode = (code: string): code is ErrorCode => Object.hasOwn(errorTable, code);

/** Sends one file and waits until it is final, at most `withinMs`. Never rejects. */
export async function judgeFile(url: string, file: DamagedFile, withinMs: number): Promise<Fate> {
  const wrong = (code: string, id?: string): Fate => ({ end: "wrong", code, ready: 0, ...(id && { id }) });
  try {
    const fields: Record<string, string> = file.variants ? { variants: file.variants } : {};
    const response = await upload(
      url,
      { name: `${file.index}.${file.format}`, content: file.content },
      fields,
    );
    if (response.status !== 202) {
      const fault = await refusalFault(response.clone());
      const { code } = (await response.json()) as { code: string };
      return fault ? wrong(fault) : { end: "refused", code, ready: 0 };
    }
    const { id } = (await response.json()) as ImageView;
    const image = await finalWithin(url, id, withinMs);
    if (!image) return wrong(`not final within ${withinMs} ms`, id);
    const ready = image.variants.filter(({ status }) => status === "ready");
    const fault = await imageFault(url, image, ready);
    if (fault) return wrong(fault, id);
    const end = image.status === "done" ? "done" : "failed";
    return { end, code: image.error?.code ?? "", id, ready: ready.length };
  } catch (error) {
    return wrong(`no answer: ${error}`);
  }
}

async function refusalFault(response: Response): Promise<string | undefined> {
  const text = await response.text();
  if (response.status >= 500 || response.status < 400) return `answered ${response.status}: ${text}`;
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("application/problem+json")) return `refused as ${type}`;
  const { code = "", status } = JSON.parse(text) as { code?: string; status?: number };
  const isOfTable = isCode(code) && errorTable[code].status === response.status;
  return isOfTable && status === response.status ? undefined : `refused with ${response.status} ${code}`;
}

async function imageFault(
  url: string,
  image: ImageView,
  ready: ImageView["variants"],
): Promise<string | undefined> {
  const code = image.error?.code ?? "";
  if (image.status === "failed") {
    if (ready.length > 0) return "failed, with a variant that is ready";
    return isCode(code) && !ownFaults.has(code) ? undefined : `failed with ${code}`;
  }
  if (image.status !== "done") return `ended ${image.status}`;
  if (ready.length === 0) return "done, with no variant";
  for (const { name, error } of image.variants) {
    if (error && !(isCode(error.code) && !ownFaults.has(error.code)))
      return `${name} failed with ${error.code}`;
  }
  for (const variant of ready) {
    const response = await fetch(url + variant.url);
    const { length } = await bytesOf(response);
    if (response.status !== 200 || length !== variant.bytes) {
      return `${variant.name}: ${response.status}, ${length} of ${variant.bytes} bytes`;
    }
  }
  return undefined;
}

async function finalWithin(url: string, id: string, withinMs: number): Promise<ImageView | undefined> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const response = await fetch(`${url}/v1/images/${id}?wait=10`);
    const image = (await response.json()) as ImageView;
    if (response.status !== 200) throw new Error(`${response.status} for ${id}`);
    if (!["queued", "processing"].includes(image.status)) return image;
  }
  return undefined;
}
