import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";

const program = fileURLToPath(new URL("s3-server-child.ts", import.meta.url));

/** The only ones that s3rver knows. */
const credentials = { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER" };

/** Whatever a test forgets or a crash leaves. The servers end with this process by themselves. */
const made = new Set<string>();
process.once("exit", () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** An S3 server of the test's own on 127.0.0.1, a process with its own folder and one bucket. */
export class S3Server {
  readonly port: number;
  readonly bucket = "pictures";
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  static async start(): Promise<S3Server> {
    const folder = await mkdtemp(join(tmpdir(), "pixmill-s3-"));
    made.add(folder);
    const server = new S3Server(await freePort(), folder);
    await server.#launch();
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What a process needs to reach it, also through something that stands before it. */
  env(endpoint = this.endpoint) {
    return { AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: "us-east-1", ...credentials };
  }

  /** As `PIXMILL_STORAGE` has it. `prefix`: a folder of the bucket, with its `/`. */
  address(prefix: string): string {
    return `s3://${this.bucket}/${prefix.slice(0, -1)}`;
  }

  /** SIGKILL, and the end awaited: what was answered must be there after `restart`. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  /** On the same port and folder. */
  async restart(): Promise<void> {
    await this.kill();
    await this.#launch();
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
    made.delete(this.#folder);
  }

  async #launch(): Promise<void> {
    // It ends with its standard input, so with this process, whatever becomes of it.
    // s3rver makes its continuation tokens with DES.
    const flags = ["--openssl-legacy-provider", program];
    const child = spawn(process.execPath, [...flags, this.#folder, String(this.port), this.bucket], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child = child;
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`The S3 server ended with ${code}.`);
    });
    await Promise.race([once(child.stdout, "data"), ended]);
    ended.catch(() => {});
  }
}
