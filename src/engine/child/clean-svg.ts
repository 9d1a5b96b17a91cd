import type { SaxesAttributeNS, SaxesTagNS } from "saxes";
import { PixmillError } from "../../errors.ts";
import type { Size } from "../../image/geometry.ts";
import { corrupt } from "../../image/header-bytes.ts";
import { isSvgRoot, svgNamespace, svgParser, svgSize } from "../../image/svg-header.ts";
import { type SvgNode, weighSvg } from "./svg-weight.ts";
import {
  innerCss,
  layerElements,
  layering,
  namedBy,
  svgAttributes,
  svgElements,
  svgTexts,
} from "./svg-words.ts";

const maxElements = 50_000;
const maxDepth = 256;

export interface CleanSvg {
  /** One `svg` element of that size, without what is not drawing. */
  readonly markup: string;
  /** Pixels, not rounded. */
  readonly size: Size;
  /** The most layers of pixels that are held at a time when it is drawn. */
  readonly layers: number;
  /** The PNG and JPEG files inside it. */
  readonly pictures: readonly Buffer[];
}

/**
 * Writes an SVG anew from what is known to be drawing: what is not known is not in it, whatever it is. Throws
 * `corrupt_image` for what is no XML, `unsupported_format` for a DOCTYPE, processing instructions and too much.
 */
export function cleanSvg(text: string): CleanSvg {
  const writer = new Writer();
  const parser = svgParser();
  parser.on("opentag", (tag) => writer.open(tag));
  parser.on("closetag", () => writer.close());
  parser.on("text", (content) => writer.text(content));
  parser.on("cdata", (content) => writer.text(content));
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof PixmillError) throw error;
    throw corrupt("The SVG is not well-formed XML.");
  }
  return writer.result();
}

/**
 * Declarations that no sheet overrides (CSS Cascade 4, 6.1): an `svg { width: … }` in the file means our frame too. To
 * be written first, because a quote that is left open takes what follows.
 */
export function fixedSize({ width, height }: Size): string {
  return `width:${width}px!important;height:${height}px!important`;
}

interface OpenElement {
  readonly name: string;
  readonly index: number;
  text: string;
}

class Writer {
  readonly #parts: string[] = [];
  readonly #stack: OpenElement[] = [];
  readonly #nodes: SvgNode[] = [];
  readonly #ids = new Map<string, number>();
  readonly #pictures: Buffer[] = [];
  #size: Size = { width: 0, height: 0 };
  #elements = 0;
  /** Elements that are open inside one that is left out, and that one. */
  #left = 0;
  /** A style sheet makes layers of elements that nobody has looked up: then each may be one. */
  #layeredBySheet = false;

  open(tag: SaxesTagNS): void {
    this.#elements += 1;
    if (this.#elements > maxElements) throw tooMuch(`${maxElements} elements`);
    if (this.#stack.length + this.#left >= maxDepth) throw tooMuch(`${maxDepth} levels`);
    const isRoot = this.#nodes.length === 0;
    if (isRoot && !isSvgRoot(tag)) throw new PixmillError("unsupported_format");
    if (this.#left > 0 || tag.uri !== svgNamespace || !svgElements.has(tag.local)) {
      this.#left += 1;
      return;
    }
    if (isRoot) this.#size = svgSize(tag);
    const index = this.#nodes.length;
    const kept = this.#attributesOf(tag);
    this.#nodes.push({
      children: [],
      names: [...kept].flatMap(([name, value]) => (name === "href" ? fragment(value) : namedBy(value))),
      isLayer: layerElements.has(tag.local) || [...kept].some(([name, value]) => isLayering(name, value)),
    });
    const parent = this.#stack.at(-1);
    if (parent) this.#nodes[parent.index]?.children.push(index);
    const id = kept.get("id");
    // Of two with one id, the one that was weighed is the one that is drawn.
    if (id !== undefined && this.#ids.has(id)) kept.delete("id");
    else if (id !== undefined) this.#ids.set(id, index);
    if (isRoot) {
      kept.set("xmlns", svgNamespace);
      kept.set("width", String(this.#size.width));
      kept.set("height", String(this.#size.height));
      for (const name of ["x", "y"]) kept.delete(name);
      // Its size has been read; CSS would give it another, and cut the drawing.
      const style = kept.get("style")?.replaceAll(/(?<![-\w])(?:width|height)\s*:[^;]*/gi, "") ?? "";
      kept.set("style", `${fixedSize(this.#size)};${style}`);
    }
    const written = [...kept].map(([name, value]) => ` ${name}="${escaped(value)}"`);
    this.#parts.push(`<${tag.local}${written.join("")}>`);
    this.#stack.push({ name: tag.local, index, text: "" });
  }

  text(content: string): void {
    const element = this.#stack.at(-1);
    if (!element || this.#left > 0 || !svgTexts.has(element.name)) return;
    // A sheet is judged whole: comments may lie between its parts.
    if (element.name === "style") element.text += content;
    else this.#parts.push(escaped(content));
  }

  close(): void {
    if (this.#left > 0) {
      this.#left -= 1;
      return;
    }
    const element = this.#stack.pop();
    if (!element) return;
    const sheet = element.name === "style" ? innerCss(element.text) : undefined;
    if (sheet) this.#parts.push(escaped(sheet));
    if (sheet && layering.test(sheet)) this.#layeredBySheet = true;
    this.#parts.push(`</${element.name}>`);
  }

  result(): CleanSvg {
    const nodes = this.#layeredBySheet
      ? this.#nodes.map((node) => ({ ...node, isLayer: true }))
      : this.#nodes;
    const { layers } = weighSvg(nodes, this.#ids);
    return { markup: this.#parts.join(""), size: this.#size, layers, pictures: this.#pictures };
  }

  #attributesOf({ local, attributes }: SaxesTagNS): Map<string, string> {
    const kept = new Map<string, string>();
    for (const attribute of Object.values(attributes)) {
      const { name, value } = attribute;
      if (isReference(attribute)) {
        const picture = local === "image" ? embedded(value) : undefined;
        if (picture) this.#pictures.push(picture);
        // The older spelling counts only where the newer is not given (SVG 2, 16.2).
        if (picture ?? (local !== "image" && /^#[^\s]+$/.test(value))) {
          if (name === "href" || !kept.has("href")) kept.set("href", value);
        }
        continue;
      }
      if (name !== "xml:space" && !(attribute.uri === "" && svgAttributes.has(name))) continue;
      const inner = innerCss(value);
      if (inner !== undefined) kept.set(name, inner);
    }
    return kept;
  }
}

function isReference({ local, uri }: SaxesAttributeNS): boolean {
  return local === "href" && (uri === "" || uri === "http://www.w3.org/1999/xlink");
}

const fragment = (value: string) => (value.startsWith("#") ? [value.slice(1)] : []);

function embedded(value: string): Buffer | undefined {
  const [, content] = /^data:image\/(?:png|jpe?g);base64,([a-z0-9+/=\s]+)$/i.exec(value) ?? [];
  return content === undefined ? undefined : Buffer.from(content, "base64");
}

function isLayering(name: string, value: string): boolean {
  return layering.test(name === "style" ? value : name);
}

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? "");

function tooMuch(of: string): PixmillError {
  return new PixmillError("unsupported_format", { detail: `The SVG has more than ${of}.` });
}
