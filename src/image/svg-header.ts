import { SaxesParser, type SaxesTagNS } from "saxes";
import { PixmillError } from "../errors.ts";
import type { FoundHeader } from "./found-header.ts";
import type { Size } from "./geometry.ts";
import { corrupt, type HeaderBytes } from "./header-bytes.ts";

/** An SVG is read whole into memory, several times over: far more than any drawing of a person has. */
const maxSvgBytes = 5 * 1024 * 1024;
/** The root's tag lies in the first bytes, behind comments at most. */
const rootWithin = 64 * 1024;
const step = 1024;

export const svgNamespace = "http://www.w3.org/2000/svg";

/** A strict parser that knows no entities of a file's own, and refuses what could hold or fetch any. */
export function svgParser(): SaxesParser<{ xmlns: true }> {
  const parser = new SaxesParser({ xmlns: true, position: false });
  parser.on("doctype", () => refuse("An SVG with a DOCTYPE is not taken."));
  parser.on("processinginstruction", () => refuse("An SVG with processing instructions is not taken."));
  return parser;
}

function refuse(detail: string): never {
  throw new PixmillError("unsupported_format", { detail });
}

/**
 * The size of an SVG by its root's tag, in whole pixels. Rejects with `unsupported_format` or `corrupt_image`, and
 * with `file_too_large` beyond `maxSvgBytes`.
 */
export async function readSvgHeader(bytes: HeaderBytes): Promise<FoundHeader> {
  if (bytes.size > maxSvgBytes) {
    throw new PixmillError("file_too_large", { detail: `An SVG may have at most ${maxSvgBytes} bytes.` });
  }
  const head = await bytes.view(0, Math.min(bytes.size, rootWithin));
  const { width, height } = svgSize(rootOf(head));
  const whole = (side: number) => (side > 0 ? Math.max(1, Math.round(side)) : 0);
  return { width: whole(width), height: whole(height) };
}

function rootOf(head: DataView): SaxesTagNS {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const parser = svgParser();
  let root: SaxesTagNS | undefined;
  parser.on("opentag", (tag) => {
    root ??= tag;
  });
  try {
    for (let at = 0; at < head.byteLength && !root; at += step) {
      const length = Math.min(step, head.byteLength - at);
      const part = new Uint8Array(head.buffer, head.byteOffset + at, length);
      parser.write(decoder.decode(part, { stream: true }));
    }
  } catch (error) {
    if (error instanceof PixmillError) throw error;
    // What comes behind the root's tag is not looked at here.
    if (!root) throw corrupt("The SVG is not well-formed XML in UTF-8.");
  }
  if (!root) throw corrupt("The SVG has no root element where it should be.");
  if (!isSvgRoot(root)) throw new PixmillError("unsupported_format");
  return root;
}

export function isSvgRoot({ local, uri }: SaxesTagNS): boolean {
  return local === "svg" && uri === svgNamespace;
}

/** CSS pixels of one unit (CSS Values 4, 6.2). What depends on a font or a window is taken for not given. */
const pixelsPerUnit: Readonly<Record<string, number>> = {
  "": 1,
  px: 1,
  pt: 96 / 72,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  q: 96 / 101.6,
};

function pixelsOf(length: string | undefined): number | undefined {
  const [, number, unit = ""] = /^\s*\+?(\d*\.?\d+(?:e[+-]?\d+)?)([a-z%]*)\s*$/i.exec(length ?? "") ?? [];
  const perUnit = pixelsPerUnit[unit.toLowerCase()];
  return number === undefined || perUnit === undefined ? undefined : Number(number) * perUnit;
}

/** As CSS sizes a replaced element: 300 × 150 where nothing is said (CSS Images 3, 5.3). Not rounded. */
export function svgSize({ attributes }: Pick<SaxesTagNS, "attributes">): Size {
  const width = pixelsOf(attributes["width"]?.value);
  const height = pixelsOf(attributes["height"]?.value);
  if (width !== undefined && height !== undefined) return { width, height };
  const box = viewBoxSize(attributes["viewBox"]?.value);
  if (!box) return { width: width ?? 300, height: height ?? 150 };
  if (width !== undefined) return { width, height: (width * box.height) / box.width };
  if (height !== undefined) return { width: (height * box.width) / box.height, height };
  return box;
}

function viewBoxSize(text: string | undefined): Size | undefined {
  const [, , width = 0, height = 0] = (text ?? "")
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  return width > 0 && height > 0 ? { width, height } : undefined;
}
