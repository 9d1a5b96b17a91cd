import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";
import { runCli } from "../support/run-cli.ts";

const key = "a-key-that-nobody-sees";
const secret = `whsec_${"A".repeat(32)}`;
const env = {
  PIXMILL_API_KEYS: key,
  PIXMILL_WEBHOOK_SECRET: secret,
  PIXMILL_MAX_FILE_SIZE: "3mb",
  PIXMILL_MAX_PIXELS: "20mp",
  PIXMILL_SVG: "on",
};

interface Answer {
  readonly settings: { name: string; value: string | null; source: string; sentence: string }[];
  readonly limits: { formats: { name: string; mime: string; extension: string }[] };
}

describe("the settings in force", () => {
  let pixmill: Pixmill;
  let text: string;
  let answer: Answer;
  beforeAll(async () => {
    pixmill = await startPixmill({ env });
    const headers = { authorization: `Bearer ${key}` };
    text = await (await fetch(`${pixmill.url}/v1/settings`, { headers })).text();
    answer = JSON.parse(text) as Answer;
  });
  afterAll(async () => {
    await pixmill.stop();
    await removeFolder(pixmill.storage);
  });

  it("are told as `pixmill config` prints them, each with what it means", async () => {
    const same = { ...env, PIXMILL_STORAGE: pixmill.storage, PIXMILL_LOG_FORMAT: "json", PORT: "0" };
    const { stdout } = await runCli(["config", "--json"], { env: same });
    const printed = JSON.parse(stdout) as Record<string, { value: string; source: string }>;
    // Its default has a suffix by chance in each process.
    const shown = answer.settings.filter(({ name }) => name !== "PIXMILL_WORKER_NAME");
    delete printed.PIXMILL_WORKER_NAME;
    expect(Object.fromEntries(shown.map(({ name, value, source }) => [name, { value, source }]))).toEqual(
      printed,
    );
    for (const { sentence } of answer.settings) expect(sentence).toMatch(/\w.*\.$/);
  });

  it("hide what is secret", () => {
    expect(text).not.toContain(key);
    expect(text).not.toContain(secret);
    expect(answer.settings).toContainEqual(
      expect.objectContaining({ name: "PIXMILL_API_KEYS", value: "••••••", source: "environment" }),
    );
  });

  it("come with the limits that a client can check before it sends, as numbers", () => {
    expect(answer.limits).toMatchObject({
      maxFileBytes: 3 * 1024 ** 2,
      maxPixels: 20_000_000,
      maxSide: 32_768,
      maxFrames: 256,
    });
    expect(answer.limits.formats).toContainEqual({ name: "svg", mime: "image/svg+xml", extension: "svg" });
    expect(answer.limits.formats).toContainEqual({ name: "jpeg", mime: "image/jpeg", extension: "jpg" });
  });
});
