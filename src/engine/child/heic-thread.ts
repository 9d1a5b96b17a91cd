import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { type ErrorCode, PixmillError } from "../../errors.ts";
import { faultCode } from "./fault.ts";
import { type DecodedHeif, decodeHeif, HeifError, heifErrors } from "./libheif.ts";
import { type PngFacts, writePlainPng } from "./plain-png.ts";

/** What a thread is given: it decodes one picture and ends. */
export interface HeicTask {
  readonly source: string;
  readonly target: string;
  readonly maxBytes: number;
  readonly size: { readonly width: number; readonly height: number };
  readonly facts: PngFacts;
}

/** The thread's one message. */
export type HeicOutcome = { readonly code?: ErrorCode };

const task = workerData as HeicTask;

/** As far as it is used: the types of Node leave it to those of browsers. */
declare const WebAssembly: { readonly Memory: { readonly prototype: WasmMemory } };
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/**
 * The library's memory grows as it asks. Here it gets no more than was predicted, whatever a file makes it do:
 * boxes may promise another size than the pixels have.
 */
const grow = WebAssembly.Memory.prototype.grow;
let isRefused = false;
WebAssembly.Memory.prototype.grow = function limited(this: WasmMemory, pages: number): number {
  if (this.buffer.byteLength + pages * 65_536 > task.maxBytes) {
    isRefused = true;
    throw new RangeError("the picture needs more memory than it may have");
  }
  return grow.call(this, pages);
};

/** What the library's fault means: it throws numbers and traps of WebAssembly besides its own errors. */
function codeOf(fault: unknown): ErrorCode {
  if (isRefused) return "image_too_large";
  switch (fault instanceof HeifError && fault.code) {
    case heifErrors.unsupportedFiletype:
    case heifErrors.unsupportedFeature:
      return "unsupported_format";
    case heifErrors.memoryAllocation:
      return "image_too_large";
    default:
      return "corrupt_image";
  }
}

function decode(file: Uint8Array): DecodedHeif {
  try {
    return decodeHeif(file);
  } catch (fault) {
    throw new PixmillError(codeOf(fault));
  }
}

function perform({ source, target, size, facts }: HeicTask): void {
  const decoded = decode(readFileSync(source));
  // What was predicted and promised goes by the boxes.
  if (decoded.width !== size.width || decoded.height !== size.height) throw new PixmillError("corrupt_image");
  writePlainPng(target, decoded, facts);
}

function attempt(): HeicOutcome {
  try {
    perform(task);
    return {};
  } catch (error) {
    return { code: faultCode(error) };
  }
}

parentPort?.postMessage(attempt());
