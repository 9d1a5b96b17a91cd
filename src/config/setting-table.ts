import { randomBytes } from "node:crypto";
import { availableParallelism, hostname } from "node:os";
import { availableMemory } from "./memory-limit.ts";
import {
  count,
  countOrOff,
  duration,
  folderOrS3,
  hostList,
  type Kind,
  keyList,
  networkList,
  oneOf,
  onOff,
  originList,
  path,
  pixels,
  portOrOff,
  size,
  text,
  webhookSecrets,
} from "./setting-kinds.ts";

export interface SettingEntry {
  /** The variable of the environment. The flag is made from the entry's key: `maxFileSize`, `--max-file-size`. */
  readonly env: string;
  readonly kind: Kind<unknown>;
  /** As it would be written; computed where it depends on the machine; `null` when not set is a value. */
  readonly default: string | null | (() => string);
  /** How the documentation names a default that cannot be printed as it is. */
  readonly defaultWords?: string;
  readonly sentence: string;
  /**
   * `value`: never shown, and no flag, because every user of a machine can read the arguments of a process.
   * `password`: only the password in an address is hidden.
   */
  readonly secret?: "value" | "password";
}

const suffix = randomBytes(2).toString("hex");
const megabyte = 1024 ** 2;

/** Every setting, once: schema, flags, `pixmill config` and the documentation are made from this table. */
const settingTable = {
  port: {
    env: "PORT",
    kind: count(0, 65_535, "5000"),
    default: "5000",
    sentence: "Where HTTP listens; 0 takes any free port.",
  },
  host: {
    env: "HOST",
    kind: text(/^[a-z0-9._:%-]+$/i, "a host name or an address", "127.0.0.1", "host"),
    default: "127.0.0.1",
    sentence: "The address that HTTP listens on; `0.0.0.0` is every address of the machine.",
  },
  storage: {
    env: "PIXMILL_STORAGE",
    kind: folderOrS3,
    default: "./storage",
    sentence:
      "Where originals (`uploads/`) and results (`processed/`) lie: a folder, which also has the catalog, or `s3://bucket/folder`.",
    // It has no place for one; who writes one there shall not find it in a log.
    secret: "password",
  },
  workFolder: {
    env: "PIXMILL_WORK_FOLDER",
    kind: path("a folder", "./work"),
    default: null,
    defaultWords: "the storage folder; with S3 `./storage`",
    sentence: "With S3: the folder on this machine that uploads and images in work pass through.",
  },
  databaseUrl: {
    env: "DATABASE_URL",
    kind: text(
      /^(?:sqlite:(?!:memory:)|postgres(?:ql)?:\/\/)/,
      "sqlite:, sqlite:PATH, or postgres://…",
      "sqlite:",
      "url",
    ),
    default: "sqlite:",
    defaultWords: "`sqlite:` in the storage folder",
    sentence: "Where the catalog lives: `sqlite:PATH` names another file.",
    secret: "password",
  },
  redisUrl: {
    env: "REDIS_URL",
    kind: text(/^rediss?:\/\/.+/, "redis://… or rediss://…", "redis://localhost:6379", "url"),
    default: null,
    sentence: "Redis for several workers; without it one process does all.",
    secret: "password",
  },
  concurrency: {
    env: "PIXMILL_CONCURRENCY",
    kind: count(1, 256, "4"),
    default: () => String(availableParallelism()),
    defaultWords: "the number of cores",
    sentence: "Engine processes, each with one image at a time.",
  },
  memory: {
    env: "PIXMILL_MEMORY",
    kind: size("64mb", "16tb", "512mb"),
    default: () => `${Math.max(64, Math.floor(availableMemory() / 2 / megabyte))}mb`,
    defaultWords: "half of the machine's or container's memory",
    sentence: "The budget of decoded pictures in flight: images wait rather than exceed it.",
  },
  maxFileSize: {
    env: "PIXMILL_MAX_FILE_SIZE",
    kind: size("1b", "1tb", "64mb"),
    default: "64mb",
    sentence: "A larger file is refused with `file_too_large`; its upload is cut there.",
  },
  maxUploads: {
    env: "PIXMILL_MAX_UPLOADS",
    kind: count(1, 100_000, "500"),
    default: () => String(Math.min(2_000, Math.max(64, Math.floor(availableMemory() / 2 / megabyte)))),
    defaultWords: "one for each 2 MB of the machine's or container's memory, at most 2000",
    sentence: "Uploads that one process takes at the same time; more are refused with 503 `overloaded`.",
  },
  maxPixels: {
    env: "PIXMILL_MAX_PIXELS",
    kind: pixels("1", "10000mp", "50mp"),
    default: "50mp",
    sentence: "Width × height of a picture; more is refused with `image_too_large`.",
  },
  maxSide: {
    env: "PIXMILL_MAX_SIDE",
    kind: count(1, 1_000_000, "32768"),
    default: "32768",
    sentence: "The longest side of a picture, in pixels: thin giants cost memory that their area hides.",
  },
  maxFrames: {
    env: "PIXMILL_MAX_FRAMES",
    kind: count(1, 100_000, "256"),
    default: "256",
    sentence: "The most frames or pages of one picture.",
  },
  svg: {
    env: "PIXMILL_SVG",
    kind: onOff,
    default: "off",
    sentence: "`on`: SVG is read, cleaned of all that is not drawing. API and workers must agree.",
  },
  jobTimeout: {
    env: "PIXMILL_JOB_TIMEOUT",
    kind: duration("100ms", "1h", "20s"),
    default: "20s",
    sentence: "An engine process that works longer on one image is killed.",
  },
  presets: {
    env: "PIXMILL_PRESETS",
    kind: path("the path of a JSON file", "./presets.json"),
    default: null,
    sentence: 'A JSON file of presets: `{"name": [variants]}`.',
  },
  apiKeys: {
    env: "PIXMILL_API_KEYS",
    kind: keyList,
    default: "",
    defaultWords: "none",
    sentence: "Between commas. Given, requests must send one as `Authorization: Bearer <key>`.",
    secret: "value",
  },
  rateLimit: {
    env: "PIXMILL_RATE_LIMIT",
    kind: countOrOff(1, 1_000_000, "600"),
    default: "off",
    sentence: "Requests a minute of one API key, or of one address where there are no keys; `off`: no limit.",
  },
  trustProxy: {
    env: "PIXMILL_TRUST_PROXY",
    kind: networkList,
    default: "",
    defaultWords: "none",
    sentence:
      "Between commas: proxies whose `X-Forwarded-For` is believed, as addresses, networks or `loopback`.",
  },
  corsOrigins: {
    env: "PIXMILL_CORS_ORIGINS",
    kind: originList,
    default: "",
    defaultWords: "none",
    sentence:
      "Between commas: origins whose pages may use the API from a browser, `https://shop.example.com`.",
  },
  open: {
    env: "PIXMILL_OPEN",
    kind: onOff,
    default: "off",
    sentence: "`on`: may listen beyond this machine without API keys.",
  },
  allowPrivateAddresses: {
    env: "PIXMILL_ALLOW_PRIVATE_ADDRESSES",
    kind: onOff,
    default: "off",
    sentence:
      "`on`: URL sources and webhooks may reach this machine and private networks, on any port. Never metadata services.",
  },
  sourceHosts: {
    env: "PIXMILL_SOURCE_HOSTS",
    kind: hostList,
    default: "",
    defaultWords: "any public host",
    sentence: "Between commas: the only hosts of URL sources. `*.example.com` is every name below it.",
  },
  webhookSecret: {
    env: "PIXMILL_WEBHOOK_SECRET",
    kind: webhookSecrets,
    default: "",
    defaultWords: "generated once into the catalog",
    sentence: "Signs webhooks. `pixmill webhook-secret` prints the one in force.",
    secret: "value",
  },
  workerName: {
    env: "PIXMILL_WORKER_NAME",
    kind: text(/^[\w.-]{1,64}$/, "letters, digits and . _ -, at most 64", "worker-1", "name"),
    default: () =>
      `${
        hostname()
          .replaceAll(/[^\w.-]/g, "-")
          .slice(0, 59) || "worker"
      }-${suffix}`,
    defaultWords: "the host's name and a short suffix",
    sentence: "Who did the work, in events and logs.",
  },
  metricsPort: {
    env: "PIXMILL_METRICS_PORT",
    kind: portOrOff,
    default: "9464",
    sentence:
      "Where `pixmill worker` serves `/metrics`, `/livez` and `/readyz`, on `HOST`; 0 takes any free port, `off` none.",
  },
  logLevel: {
    env: "PIXMILL_LOG_LEVEL",
    kind: oneOf(["trace", "debug", "info", "warn", "error", "fatal", "silent"], "info"),
    default: "info",
    sentence: "The least important lines that are written.",
  },
  logFormat: {
    env: "PIXMILL_LOG_FORMAT",
    kind: oneOf(["auto", "pretty", "json"], "json"),
    default: "auto",
    sentence: "`auto`: pretty on a terminal, one line of JSON an event elsewhere.",
  },
  batchIdle: {
    env: "PIXMILL_BATCH_IDLE",
    kind: duration("100ms", "24h", "1h"),
    default: "1h",
    sentence: "An open batch is closed when no image was added to it for so long.",
  },
  stopTimeout: {
    env: "PIXMILL_STOP_TIMEOUT",
    kind: duration("0s", "1h", "25s"),
    default: "25s",
    sentence: "How long a stop waits for running images; what is left is done after the next start.",
  },
} as const satisfies Record<string, SettingEntry>;

export type SettingKey = keyof typeof settingTable;

type SettingValue<Entry> = Entry extends { kind: Kind<infer Value>; default: infer Default }
  ? Default extends null
    ? Value | undefined
    : Value
  : never;

/** Every setting as the program uses it: bytes, milliseconds and pixels as numbers, paths absolute. */
export type Settings = { readonly [Key in SettingKey]: SettingValue<(typeof settingTable)[Key]> };

export const settingKeys = Object.keys(settingTable) as SettingKey[];

/** The entry with its general type, for code that treats all alike. */
export function settingEntry(key: SettingKey): SettingEntry {
  return settingTable[key];
}

/** `--max-file-size`, or `undefined` for what must not be an argument. */
export function flagName(key: SettingKey): string | undefined {
  if (settingEntry(key).secret === "value") return undefined;
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A setting's text as it may be printed. */
export function printable(key: SettingKey, given: string): string {
  const { secret } = settingEntry(key);
  if (secret === "value") return "••••••";
  if (secret !== "password") return given;
  return given.replace(/(:\/\/[^/@:]*:).*@/, "$1••••••@").replaceAll(/([?&]\w*password=)[^&]*/gi, "$1••••••");
}
