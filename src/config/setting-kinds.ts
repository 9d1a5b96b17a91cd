import { isIP } from "node:net";
import { resolve } from "node:path";
import { z } from "zod";
import { parseS3Address } from "../storage/s3-address.ts";

/** How the text of a setting becomes its value, and how to say what is allowed. */
export interface Kind<T> {
  readonly schema: z.ZodType<T, string>;
  /** Completes "must be …". */
  readonly allowed: string;
  /** A right value, for the sentence that says how to mend a wrong one. */
  readonly example: string;
  /** What stands behind the flag in `--help`. */
  readonly placeholder: string;
}

interface Unit {
  readonly pattern: RegExp;
  readonly factors: Readonly<Record<string, number>>;
}

const kibi = 1024;
const byteUnit: Unit = {
  pattern: /^(\d+(?:\.\d+)?) ?(b|kb|mb|gb|tb)?$/i,
  factors: { b: 1, kb: kibi, mb: kibi ** 2, gb: kibi ** 3, tb: kibi ** 4 },
};
const pixelUnit: Unit = { pattern: /^(\d+(?:\.\d+)?) ?(mp)?$/i, factors: { mp: 1_000_000 } };
/** A time without its unit is refused: 20 could be a third of a minute or a fiftieth of a second. */
const timeUnit: Unit = {
  pattern: /^(\d+(?:\.\d+)?) ?(ms|s|m|h)$/i,
  factors: { ms: 1, s: 1000, m: 60_000, h: 3_600_000 },
};

function measure(text: string, { pattern, factors }: Unit): number {
  const [, digits, unit] = pattern.exec(text) ?? [];
  return Math.round(Number(digits) * (unit ? (factors[unit.toLowerCase()] ?? Number.NaN) : 1));
}

function measured(
  unit: Unit,
  least: string,
  most: string,
  words: Omit<Kind<number>, "schema">,
): Kind<number> {
  const schema = z
    .string()
    .transform((text) => measure(text, unit))
    .pipe(z.int().min(measure(least, unit)).max(measure(most, unit)));
  return { ...words, allowed: `${words.allowed} from ${least} to ${most}`, schema };
}

/** Bytes; `1kb` is 1,024. */
export function size(least: string, most: string, example: string): Kind<number> {
  return measured(byteUnit, least, most, { allowed: "a size", example, placeholder: "size" });
}

/** Pixels; `1mp` is a million. */
export function pixels(least: string, most: string, example: string): Kind<number> {
  return measured(pixelUnit, least, most, { allowed: "a number of pixels", example, placeholder: "pixels" });
}

/** Milliseconds. */
export function duration(least: string, most: string, example: string): Kind<number> {
  return measured(timeUnit, least, most, { allowed: "a time", example, placeholder: "time" });
}

export function count(least: number, most: number, example: string): Kind<number> {
  const schema = z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.int().min(least).max(most));
  return { schema, allowed: `a whole number from ${least} to ${most}`, example, placeholder: "number" };
}

export function oneOf<const T extends string>(words: readonly T[], example: T): Kind<T> {
  return { schema: z.enum(words), allowed: words.join(" or "), example, placeholder: words.join("|") };
}

export const onOff: Kind<boolean> = {
  schema: z.enum(["on", "off"]).transform((word) => word === "on"),
  allowed: "on or off",
  example: "on",
  placeholder: "on|off",
};

/** Text of one pattern. */
export function text(pattern: RegExp, allowed: string, example: string, placeholder: string): Kind<string> {
  return { schema: z.string().regex(pattern), allowed, example, placeholder };
}

/** An absolute path; what was given is taken from the current folder. */
export function path(allowed: string, example: string): Kind<string> {
  const schema = z
    .string()
    .refine((given) => !given.includes("\0"))
    .transform((given) => resolve(given));
  return { schema, allowed, example, placeholder: "path" };
}

const folder = path("a folder", "./storage");

/** A folder, as an absolute path, or a place in S3 as it was written. */
export const folderOrS3: Kind<string> = {
  schema: z.union([
    z.string().refine((given) => parseS3Address(given) !== undefined),
    z
      .string()
      .refine((given) => !/^[a-z0-9]+:\/\//i.test(given))
      .pipe(folder.schema),
  ]),
  allowed: "a folder, or s3://bucket or s3://bucket/folder",
  example: "./storage",
  placeholder: "folder|s3://…",
};

/** Words between commas. */
function list(word: RegExp) {
  return z
    .string()
    .transform((words) => (words === "" ? [] : words.split(",").map((one) => one.trim())))
    .pipe(z.array(z.string().regex(word)));
}

/** A whole number, or `off`. */
export function countOrOff(least: number, most: number, example: string): Kind<number | "off"> {
  const number = count(least, most, example);
  return {
    ...number,
    schema: z.union([z.literal("off"), number.schema]),
    allowed: `${number.allowed}, or off`,
  };
}

/** A port, 0 for any free one, or `off`. */
export const portOrOff: Kind<number | "off"> = { ...countOrOff(0, 65_535, "9464"), placeholder: "port" };

/** Addresses, networks (`10.0.0.0/8`) and the names that Fastify has for some. */
export const networkList: Kind<readonly string[]> = {
  schema: list(/^[\w.:/]+$/).refine((words) => words.every(isNetwork)),
  allowed: "addresses, networks such as 10.0.0.0/8, loopback, linklocal or uniquelocal, between commas",
  example: "loopback,10.0.0.0/8",
  placeholder: "networks",
};

function isNetwork(word: string): boolean {
  if (["loopback", "linklocal", "uniquelocal"].includes(word)) return true;
  const [address = "", bits, ...rest] = word.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  // Of a network of no bits everybody would be a member, and could say to be anybody.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Origins as a browser sends them: no path, no default port, no capitals. */
export const originList: Kind<readonly string[]> = {
  schema: list(/^https?:\/\/\S+$/).refine((words) =>
    words.every((word) => URL.canParse(word) && new URL(word).origin === word),
  ),
  allowed:
    "origins between commas, without a path: http:// or https://, a host, a port if it is not the default",
  example: "https://shop.example.com",
  placeholder: "origins",
};

/** Host names and IPv4 addresses; a leading `*.` stands for every name below. */
export const hostList: Kind<readonly string[]> = {
  schema: list(/^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i),
  allowed: "host names between commas, without a port; *.example.com is every name below it",
  example: "images.example.com,*.example.org",
  placeholder: "hosts",
};

/** Base64 of 24 to some 64 bytes behind their prefix (Standard Webhooks, "Symmetric"). */
const webhookSecret = /^whsec_(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** All of them sign, so that receivers can change from one to the next at any time. */
export const webhookSecrets: Kind<readonly string[]> = {
  schema: list(webhookSecret).refine((secrets) => secrets.length <= 4),
  allowed: "whsec_ and 24 to 64 bytes as base64; up to four between commas, the newest first",
  example: "whsec_$(openssl rand -base64 32)",
  placeholder: "secrets",
};

/** Keys between commas, none twice. An API key has the characters that a Bearer header can carry (RFC 6750). */
export const keyList: Kind<readonly string[]> = {
  schema: list(/^[\w.~+/-]+=*$/).refine((keys) => new Set(keys).size === keys.length),
  allowed: "keys of letters, digits and - . _ ~ + /, between commas, none twice",
  example: "first-key,second-key",
  placeholder: "keys",
};
