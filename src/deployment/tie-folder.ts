import { link, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const fileName = ".catalog-id";

/** Ties a storage folder to one catalog, the first that opens it, and refuses it to any other. */
export async function tieFolder(folder: string, catalogId: string): Promise<void> {
  const path = join(folder, fileName);
  const tied = (await readId(path)) ?? (await writeId(folder, path, catalogId));
  if (tied === catalogId) return;
  throw new Error(
    `the storage folder ${folder} holds the images of another catalog. Set PIXMILL_STORAGE to another folder, or ` +
      `DATABASE_URL to the catalog that it belongs to; if its images may be lost, delete ${fileName} in it`,
  );
}

async function readId(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Of processes that start together one writes it, whole, and all read the same. */
async function writeId(folder: string, path: string, catalogId: string): Promise<string> {
  const draft = await mkdtemp(join(folder, ".work", "id-"));
  try {
    await writeFile(join(draft, fileName), `${catalogId}\n`, { flush: true });
    await link(join(draft, fileName), path).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return (await readId(path)) ?? catalogId;
}
