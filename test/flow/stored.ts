import { buffer } from "node:stream/consumers";
import { LocalStorage } from "../../src/storage/local-storage.ts";
import type { Deployment } from "./flow.ts";

type Place = Pick<Deployment, "storage" | "objects">;

/** The keys of what is stored, past the service. */
export async function keysIn(place: Place, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of (await objectsOf(place)).list(prefix)) keys.push(key);
  return keys;
}

export async function contentIn(place: Place, key: string): Promise<Buffer> {
  const content = await (await objectsOf(place)).get(key);
  if (!content) throw new Error(`There is no ${key}.`);
  return await buffer(content);
}

async function objectsOf({ storage, objects }: Place) {
  return objects ?? (await LocalStorage.open(storage));
}
