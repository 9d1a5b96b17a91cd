/** File systems and HTTP headers agree on this much. */
const maxNameBytes = 255;
const maxStemLength = 40;
const fallback = "image";

/**
 * What must never be shown: control characters (NUL, CR and LF among them), lone surrogates, line and paragraph
 * separators, and the controls that turn reading direction, with which `gpj.exe` is made to look like `exe.jpg`.
 */
const unshowable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * The client's file name as text to show and to offer for a download; it is never a part of a path.
 * Only the last segment of a path is kept, in NFC, at most 255 bytes of UTF-8; nothing left: `image`.
 */
export function displayName(raw: string | undefined): string {
  // Cut before normalising: NFC takes quadratic time over a long run of combining marks.
  const segment = (raw ?? "").replace(/^.*[/\\]/s, "").slice(0, 16 * maxNameBytes);
  const text = segment
    .replace(unshowable, "")
    .normalize("NFC")
    .replace(/^[a-z]:/i, "")
    .trim();
  const name = cutToBytes(text, maxNameBytes).trimEnd();
  return /^\.*$/.test(name) ? fallback : name;
}

/**
 * The part of a name that goes into a key, for a person who browses the storage folder: without its extension,
 * `[a-z0-9_-]`, at most 40 characters, beginning with a letter or digit; accents are dropped, other scripts too.
 */
export function keyStem(name: string): string {
  const stem = shownStem(name)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^[-_]+/, "")
    .slice(0, maxStemLength)
    .replace(/[-_]+$/, "");
  return stem || fallback;
}

/** What Windows keeps for devices, whatever follows a dot. */
const deviceNames = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/**
 * The name without its extension as a file may be called on any system, at most 120 bytes of UTF-8: no character that
 * a system refuses, no dot or space at either end, no device.
 */
export function safeFileStem(name: string): string {
  const stem = shownStem(name).replace(/[<>:"/\\|?*]/g, "_");
  const cut = cutToBytes(stem, 120).replace(/^[. ]+|[. ]+$/g, "");
  return (deviceNames.test(cut) ? `_${cut}` : cut) || fallback;
}

/** The name as it is shown, without its extension; a dot that begins it begins none. */
function shownStem(name: string): string {
  return displayName(name).replace(/(?<=.)\.[^.]*$/s, "");
}

/** The longest beginning of `text` that has at most `limit` bytes and ends between two code points. */
function cutToBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  let end = limit;
  // 10xxxxxx continues a code point (RFC 3629).
  while (((bytes[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end -= 1;
  return bytes.toString("utf8", 0, end);
}
