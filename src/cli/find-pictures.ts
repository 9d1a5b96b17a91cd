import { glob, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { formatTable, inputFormats } from "../image/format.ts";

/** Extensions that a walk through a folder takes for pictures. A file that is named itself may have any. */
const pictureExtensions = new Set([
  ...inputFormats({}).flatMap((format): string[] => [format, formatTable[format].extension]),
  "jpe",
  "jfif",
  "tif",
]);

export interface FoundPictures {
  /** Paths in the order of the arguments, each once; what one argument found is sorted. */
  readonly pictures: readonly string[];
  /** Arguments that led to no picture, with the reason. */
  readonly missing: readonly { readonly argument: string; readonly reason: string }[];
}

/**
 * The pictures that arguments name: files, folders (walked, hidden names left out) and patterns that the shell
 * did not expand. Nothing inside `out` is found by a walk or a pattern: it holds results.
 */
export async function findPictures(args: readonly string[], out?: string): Promise<FoundPictures> {
  const pictures = new Map<string, string>();
  const missing: { argument: string; reason: string }[] = [];
  for (const argument of args) {
    const found = await expand(argument, out);
    if (typeof found === "string") missing.push({ argument, reason: found });
    else for (const path of found) pictures.set(resolve(path), path);
  }
  return { pictures: [...pictures.values()], missing };
}

async function expand(argument: string, out: string | undefined): Promise<readonly string[] | string> {
  const isResult = (path: string) => out !== undefined && isInside(path, out) && !isInside(argument, out);
  const facts = await stat(argument).catch(() => undefined);
  if (facts?.isFile()) return [argument];
  if (facts?.isDirectory()) {
    const found = await collect(glob("**/*", { cwd: argument, exclude: isHidden }));
    const paths = found.filter(hasPictureExtension).map((path) => join(argument, path));
    const pictures = await filesOf(paths.filter((path) => !isResult(path)));
    return pictures.length > 0 ? pictures : "there is no picture in this folder";
  }
  if (facts) return "this is neither a file nor a folder";
  if (!/[*?[\]{}]/.test(argument)) return "there is no such file";
  const matches = await filesOf((await collect(glob(argument))).filter((path) => !isResult(path)));
  return matches.length > 0 ? matches : "no file matches";
}

async function collect(paths: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const path of paths) all.push(path);
  return all.toSorted();
}

async function filesOf(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const facts = await stat(path).catch(() => undefined);
    if (facts?.isFile()) files.push(path);
  }
  return files;
}

function isHidden(path: string): boolean {
  return path.split(sep).some((segment) => segment.startsWith(".") && segment !== "." && segment !== "..");
}

function hasPictureExtension(path: string): boolean {
  return !isHidden(path) && pictureExtensions.has(path.slice(path.lastIndexOf(".") + 1).toLowerCase());
}

function isInside(path: string, folder: string): boolean {
  const way = relative(resolve(folder), resolve(path));
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`));
}
