import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { ConfigError } from "./problem.ts";
import { flagName, printable, settingKeys } from "./setting-table.ts";
import { catalogFile, loadSettings, localFolder } from "./settings.ts";

function load(env: Record<string, string>, flags = {}) {
  return loadSettings({ env, flags }).settings;
}

function refusal(env: Record<string, string>, flags = {}): ConfigError {
  try {
    loadSettings({ env, flags });
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("The settings were taken.");
}

test("webhook secrets are taken as Standard Webhooks writes them, and never printed", () => {
  const [one, two] = [`whsec_${"A".repeat(32)}`, `whsec_${"B".repeat(43)}=`];
  expect(load({ PIXMILL_WEBHOOK_SECRET: `${one}, ${two}` }).webhookSecret).toEqual([one, two]);
  for (const wrong of [
    "secret",
    `whsec_${"A".repeat(28)}`,
    `${one}A`,
    `${one},${one},${one},${one},${one}`,
  ]) {
    const { message } = refusal({ PIXMILL_WEBHOOK_SECRET: wrong });
    expect(message).toContain("PIXMILL_WEBHOOK_SECRET");
    expect(message).not.toContain(wrong);
  }
  expect(flagName("webhookSecret")).toBeUndefined();
});

test("with nothing set, every setting has its default", () => {
  const { settings, origins } = loadSettings({ env: {} });
  expect(settings).toMatchObject({
    port: 5000,
    host: "127.0.0.1",
    storage: resolve("storage"),
    databaseUrl: "sqlite:",
    maxFileSize: 64 * 1024 * 1024,
    maxPixels: 50_000_000,
    maxSide: 32_768,
    maxFrames: 256,
    jobTimeout: 20_000,
    stopTimeout: 25_000,
    apiKeys: [],
    metricsPort: 9464,
    open: false,
    allowPrivateAddresses: false,
    sourceHosts: [],
    webhookSecret: [],
    rateLimit: "off",
    trustProxy: [],
    corsOrigins: [],
    logLevel: "info",
    logFormat: "auto",
  });
  expect(settings.redisUrl).toBeUndefined();
  expect(settings.presets).toBeUndefined();
  expect(settings.concurrency).toBeGreaterThan(0);
  expect(settings.memory).toBeGreaterThanOrEqual(64 * 1024 * 1024);
  expect(settings.workerName).toMatch(/^[\w.-]+-[0-9a-f]{4}$/);
  expect(settingKeys.every((key) => origins[key].source === "default")).toBe(true);
});

test("the environment goes over the default, and a flag over both", () => {
  const { settings, origins } = loadSettings({
    env: { PORT: "1", PIXMILL_MAX_SIDE: "100" },
    flags: { port: "2" },
  });
  expect(settings.port).toBe(2);
  expect(settings.maxSide).toBe(100);
  expect(origins.port).toEqual({ source: "flag", given: "2" });
  expect(origins.maxSide).toEqual({ source: "environment", given: "100" });
  expect(origins.host.source).toBe("default");
});

test("a command is not stopped by settings that it does not use, but by unknown names it is", () => {
  const keys = ["maxSide"] as const;
  const { settings } = loadSettings({ env: { HOST: "0.0.0.0", PORT: "abc", PIXMILL_MAX_SIDE: "9" }, keys });
  expect(settings).toEqual({ maxSide: 9 });
  expect(() => loadSettings({ env: { PIXMILL_MAX_SIDES: "9" }, keys })).toThrow("PIXMILL_MAX_SIDE?");
});

test("an empty variable is not set", () => {
  expect(load({ PORT: "", PIXMILL_MEMORY: " ", PIXMILL_API_KEYS: "" }).port).toBe(5000);
});

test("port 0 is allowed: any free one", () => {
  expect(load({ PORT: "0" }).port).toBe(0);
  expect(load({ PIXMILL_METRICS_PORT: "0" }).metricsPort).toBe(0);
});

test("a worker can be told to serve no metrics", () => {
  expect(load({ PIXMILL_METRICS_PORT: "off" }).metricsPort).toBe("off");
});

test.each([
  ["512mb", 512 * 1024 ** 2],
  ["1.5GB", 1.5 * 1024 ** 3],
  ["64 mb", 64 * 1024 ** 2],
  ["100000000", 100_000_000],
])("the size %s is %d bytes", (given, bytes) => {
  expect(load({ PIXMILL_MEMORY: given }).memory).toBe(bytes);
});

test("pixels and times are read with their units", () => {
  const settings = load({
    PIXMILL_MAX_PIXELS: "0.5mp",
    PIXMILL_JOB_TIMEOUT: "1.5m",
    PIXMILL_STOP_TIMEOUT: "250ms",
  });
  expect(settings.maxPixels).toBe(500_000);
  expect(settings.jobTimeout).toBe(90_000);
  expect(settings.stopTimeout).toBe(250);
});

test.each([
  ["PORT", "abc", "a whole number from 0 to 65535"],
  ["PORT", "65536", "a whole number from 0 to 65535"],
  ["PORT", "0x10", "a whole number"],
  ["HOST", "not a host", "a host name or an address"],
  ["PIXMILL_METRICS_PORT", "on", "a whole number from 0 to 65535, or off"],
  ["PIXMILL_CONCURRENCY", "0", "a whole number from 1 to 256"],
  ["PIXMILL_MEMORY", "1mb", "a size from 64mb"],
  ["PIXMILL_MEMORY", "512mib?", "a size from 64mb"],
  ["PIXMILL_MAX_FILE_SIZE", "-1", "a size from 1b"],
  ["PIXMILL_MAX_PIXELS", "50mb", "a number of pixels"],
  ["PIXMILL_MAX_FRAMES", "1e3", "a whole number"],
  ["PIXMILL_JOB_TIMEOUT", "20", "a time from 100ms to 1h"],
  ["PIXMILL_OPEN", "yes", "on or off"],
  ["PIXMILL_LOG_LEVEL", "loud", "trace or debug or info"],
  ["PIXMILL_LOG_FORMAT", "xml", "auto or pretty or json"],
  ["PIXMILL_WORKER_NAME", "a/b", "letters, digits"],
  ["DATABASE_URL", "mysql://x", "sqlite:"],
  ["DATABASE_URL", "sqlite::memory:", "sqlite:"],
  ["REDIS_URL", "localhost:6379", "redis://"],
  ["PIXMILL_API_KEYS", "a,,b", "keys of letters"],
  ["PIXMILL_API_KEYS", "same,same", "none twice"],
])("%s=%s is refused with what is allowed", (name, value, allowed) => {
  const { problems } = refusal({ [name]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]?.given).toContain(name);
  expect(problems[0]?.sentence).toContain(allowed);
});

test("a refused flag is named as a flag", () => {
  const { problems } = refusal({ PIXMILL_MAX_FILE_SIZE: "1mb" }, { maxFileSize: "big" });
  expect(problems[0]?.given).toBe("--max-file-size big");
  expect(problems[0]?.sentence).toContain("Write --max-file-size 64mb");
});

test("every problem is in one message", () => {
  const { message, problems } = refusal(
    { PORT: "abc", PIXMILL_MEMRY: "1gb", PIXMILL_STORAGE: "s3://bucket", HOST: "0.0.0.0" },
    { jobTimeout: "0s" },
  );
  expect(problems).toHaveLength(5);
  expect(message).toContain("5 settings are wrong");
  for (const part of ["PORT=abc", "PIXMILL_MEMRY", "PIXMILL_STORAGE", "HOST=0.0.0.0", "--job-timeout 0s"]) {
    expect(message).toContain(part);
  }
});

test.each([
  ["PIXMILL_MEMRY", "PIXMILL_MEMORY"],
  ["PIXMILL_MAX_FILESIZE", "PIXMILL_MAX_FILE_SIZE"],
  ["PIXMILL_PORT", "PORT"],
  ["pixmill_memory", "PIXMILL_MEMORY"],
])("the unknown variable %s is refused, naming %s", (wrong, meant) => {
  expect(refusal({ [wrong]: "1" }).message).toContain(`Did you mean ${meant}?`);
});

test("invariant 10: an unknown variable that is near nothing is refused without a guess", () => {
  const { message } = refusal({ PIXMILL_TELEPORT_EVERYTHING: "1" });
  expect(message).toContain("PIXMILL_TELEPORT_EVERYTHING");
  expect(message).not.toContain("Did you mean");
});

test.each(["0.0.0.0", "::", "192.168.1.5", "example.org", "128.0.0.1"])(
  "%s is refused unless the service is meant to be open",
  (host) => {
    expect(refusal({ HOST: host }).message).toContain("PIXMILL_OPEN=on");
    expect(load({ HOST: host, PIXMILL_OPEN: "on" }).host).toBe(host);
  },
);

test.each(["127.0.0.1", "127.8.9.1", "localhost", "::1"])("%s is this machine, and always taken", (host) => {
  expect(load({ HOST: host }).host).toBe(host);
});

test("with API keys the service may listen beyond this machine", () => {
  const settings = load({ HOST: "0.0.0.0", PIXMILL_API_KEYS: "first, second" });
  expect(settings).toMatchObject({ host: "0.0.0.0", apiKeys: ["first", "second"], open: false });
});

const distributed = { DATABASE_URL: "postgres://db/pixmill", REDIS_URL: "redis://localhost" };

test("storage in S3 goes with either deployment, and with files in a folder of this machine", () => {
  for (const storage of ["s3://bucket", "s3://my.bucket-1/", "s3://bucket/some/folder"]) {
    const settings = load({ PIXMILL_STORAGE: storage, ...distributed });
    expect(settings.storage).toBe(storage);
    expect(localFolder(settings)).toBe(resolve("storage"));
  }
  const alone = load({
    PIXMILL_STORAGE: "s3://bucket",
    DATABASE_URL: "sqlite:here.sqlite",
    PIXMILL_WORK_FOLDER: "work",
  });
  expect(localFolder(alone)).toBe(resolve("work"));
  expect(localFolder(load({ PIXMILL_STORAGE: "elsewhere" }))).toBe(resolve("elsewhere"));
});

test.each([
  [{ PIXMILL_STORAGE: "s3://bucket" }, "DATABASE_URL"],
  [{ PIXMILL_STORAGE: "s3://Bucket/x" }, "s3://bucket/folder"],
  [{ PIXMILL_STORAGE: "s3://bucket/../other" }, "s3://bucket/folder"],
  [{ PIXMILL_STORAGE: "s3://key:secret@bucket" }, "s3://bucket/folder"],
  [{ PIXMILL_STORAGE: "gs://bucket" }, "s3://bucket/folder"],
  [{ PIXMILL_STORAGE: "s3://bucket", ...distributed, PIXMILL_MAX_FILE_SIZE: "6gb" }, "5gb"],
  [{ PIXMILL_WORK_FOLDER: "./work" }, "S3"],
])("of storage %o is refused with a sentence that names %s", (env, mention) => {
  const { problems } = refusal(env);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.sentence).toContain(mention);
});

test.each([
  ["DATABASE_URL", "postgres://user:pw@db/pixmill", "REDIS_URL"],
  ["REDIS_URL", "redis://localhost", "DATABASE_URL"],
])("half a distributed deployment is refused: %s=%s says that %s is missing", (name, value, missing) => {
  const { problems } = refusal({ [name]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]?.sentence).toContain(`Set ${missing}`);
});

test("Redis and PostgreSQL together are taken", () => {
  const settings = load({ DATABASE_URL: "postgres://db/pixmill", REDIS_URL: "redis://localhost" });
  expect(settings).toMatchObject({ databaseUrl: "postgres://db/pixmill", redisUrl: "redis://localhost" });
});

test("secrets are hidden in problems and wherever settings are printed", () => {
  expect(refusal({ PIXMILL_API_KEYS: "hunter2 hunter3" }).message).not.toContain("hunter");
  expect(refusal({ DATABASE_URL: "mysql://user:hunter2@db" }).message).not.toContain("hunter2");
  expect(printable("databaseUrl", "postgres://user:hunter2@db/x")).toBe("postgres://user:••••••@db/x");
  expect(printable("redisUrl", "redis://:p@ss@host")).toBe("redis://:••••••@host");
  expect(printable("databaseUrl", "postgres://db/x?password=hunter2&a=b")).toBe(
    "postgres://db/x?password=••••••&a=b",
  );
  expect(printable("databaseUrl", "postgres://u:pw@db/x?a=b&sslpassword=hunter2&c=d")).toBe(
    "postgres://u:••••••@db/x?a=b&sslpassword=••••••&c=d",
  );
});

test("keys have no flag, because arguments are public on a machine", () => {
  expect(flagName("apiKeys")).toBeUndefined();
  expect(flagName("maxFileSize")).toBe("--max-file-size");
});

test("a control character in a value cannot forge a line of the message", () => {
  expect(refusal({ PORT: "1\n  HOST=evil" }).message.split("\n")).toHaveLength(2);
});

test("the catalog's file is in the storage folder unless another is named", () => {
  expect(catalogFile(load({ PIXMILL_STORAGE: "/data" }))).toBe(join("/data", "pixmill.sqlite"));
  expect(catalogFile(load({ DATABASE_URL: "sqlite:/fast/p.db" }))).toBe("/fast/p.db");
  expect(catalogFile(load({ DATABASE_URL: "sqlite:///fast/p.db" }))).toBe("/fast/p.db");
});

test("the hosts of URL sources are names, with or without a star in front, and no addresses with a port", () => {
  const { sourceHosts } = load({ PIXMILL_SOURCE_HOSTS: "img.example.com, *.Example.org,10.0.0.1" });
  expect(sourceHosts).toEqual(["img.example.com", "*.Example.org", "10.0.0.1"]);
  for (const wrong of ["https://example.com", "example.com:80", "a.*.com", "*", "a,,b"]) {
    expect(refusal({ PIXMILL_SOURCE_HOSTS: wrong }).message, wrong).toContain("PIXMILL_SOURCE_HOSTS");
  }
});

test("a rate limit is a number of requests, or off", () => {
  expect(load({ PIXMILL_RATE_LIMIT: "600" }).rateLimit).toBe(600);
  for (const wrong of ["0", "1.5", "600/min", "on", "1000001"]) {
    expect(() => load({ PIXMILL_RATE_LIMIT: wrong }), wrong).toThrow("PIXMILL_RATE_LIMIT");
  }
});

test("trusted proxies are addresses, networks and the names of some, and never everybody", () => {
  const proxies = ["loopback", "10.0.0.0/8", "2001:db8::1", "fd00::/8"];
  expect(load({ PIXMILL_TRUST_PROXY: proxies.join(", ") }).trustProxy).toEqual(proxies);
  for (const wrong of [
    "on",
    "true",
    "*",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/33",
    "10.0.0.0/8/8",
    "proxy.local",
    "1",
  ]) {
    expect(() => load({ PIXMILL_TRUST_PROXY: wrong }), wrong).toThrow("PIXMILL_TRUST_PROXY");
  }
});

test("origins of pages are exact", () => {
  const origins = ["https://shop.example.com", "http://localhost:3000"];
  expect(load({ PIXMILL_CORS_ORIGINS: origins.join(",") }).corsOrigins).toEqual(origins);
  const wrongs = [
    "*",
    "null",
    "https://shop.example.com/",
    "https://*.example.com/a",
    "https://Shop.example.com",
  ];
  for (const wrong of [
    ...wrongs,
    "https://shop.example.com:443",
    "shop.example.com",
    "ftp://shop.example.com",
  ]) {
    expect(() => load({ PIXMILL_CORS_ORIGINS: wrong }), wrong).toThrow("PIXMILL_CORS_ORIGINS");
  }
});
