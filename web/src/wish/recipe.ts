import type { Wish } from "./wish.ts";

/** The same wish for a shell: an upload to the service at `base` (with a slash at its end). */
export function curlOf(wish: Wish, { base, needsKey }: { base: string; needsKey: boolean }): string {
  const lines = [
    "curl -F 'file=@cat.jpg'",
    ...(needsKey ? [`-H "Authorization: Bearer $PIXMILL_API_KEY"`] : []),
    ...(wish.preset ? [`-F 'preset=${quoted(wish.preset)}'`] : []),
    ...(wish.variants ? [`-F 'variants=${quoted(JSON.stringify(wish.variants))}'`] : []),
    `'${quoted(new URL("upload", base).href)}'`,
  ];
  return lines.join(" \\\n  ");
}

/** The same wish as the body of `POST /v1/images`. */
export function jsonOf(wish: Wish): string {
  return JSON.stringify({ source: { url: "https://example.com/cat.jpg" }, ...wish }, null, 2);
}

/** For the inside of a shell's single quotes. */
function quoted(text: string): string {
  return text.replaceAll("'", String.raw`'\''`);
}
