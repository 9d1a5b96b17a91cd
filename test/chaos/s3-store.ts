import type { S3Storage } from "../../src/storage/s3-storage.ts";
import { newPrefix, openS3Storage } from "../support/open-s3-storage.ts";
import { S3Front } from "../support/s3-front.ts";
import { S3Server } from "../support/s3-server.ts";

/** The S3 of an arena: its server, what stands before it for the fleet, and the way past that, to look. */
export class S3Store {
  readonly server: S3Server;
  readonly front: S3Front;
  readonly storage: S3Storage;
  /** For the fleet. */
  readonly place: { readonly address: string; readonly env: Readonly<Record<string, string>> };
  readonly #remove: () => Promise<void>;

  private constructor(
    parts: Pick<S3Store, "server" | "front" | "storage" | "place">,
    remove: () => Promise<void>,
  ) {
    this.server = parts.server;
    this.front = parts.front;
    this.storage = parts.storage;
    this.place = parts.place;
    this.#remove = remove;
  }

  static async open(): Promise<S3Store> {
    const server = await S3Server.start();
    const front = await S3Front.of(server.endpoint);
    const prefix = newPrefix();
    const { storage, remove } = await openS3Storage(server, { prefix });
    const place = { address: server.address(prefix), env: server.env(front.endpoint) };
    return new S3Store({ server, front, storage, place }, remove);
  }

  async close(): Promise<void> {
    await this.storage.close();
    await this.#remove();
    await this.front.close();
    await this.server.close();
  }
}
