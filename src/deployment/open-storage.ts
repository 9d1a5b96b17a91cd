import { localFolder, type Settings } from "../config/settings.ts";
import { PixmillError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { LocalStorage } from "../storage/local-storage.ts";
import { parseS3Address, type S3Address } from "../storage/s3-address.ts";
import type { Storage } from "../storage/storage.ts";
import { WorkFolders } from "../storage/work-folder.ts";
import { tieFolder } from "./tie-folder.ts";

interface OpenedStorage {
  readonly storage: Storage;
  readonly workFolders: WorkFolders;
  /**
   * Makes the storage that catalog's, for ever. One of another catalog's images is refused before anything in it is
   * swept: to this catalog all of them would be rubbish that nobody knows.
   */
  tie(catalogId: string): Promise<void>;
}

interface Needs {
  readonly settings: Settings;
  readonly logger: Logger;
}

/** Storage in a folder or in S3, and the folder on this machine that files pass through. */
export async function openStorage({ settings, logger }: Needs): Promise<OpenedStorage> {
  const folder = localFolder(settings);
  const address = parseS3Address(settings.storage);
  if (address) return await openS3(address, await WorkFolders.open(folder), logger);
  const storage = await LocalStorage.open(folder);
  const workFolders = await WorkFolders.open(folder);
  return { storage, workFolders, tie: (catalogId) => tieFolder(folder, catalogId) };
}

async function openS3(address: S3Address, workFolders: WorkFolders, logger: Logger): Promise<OpenedStorage> {
  // Its client costs memory, and time at the start, that nobody without S3 shall pay.
  const { S3Storage } = await import("../storage/s3-storage.ts");
  const storage = new S3Storage({ address, stagingFolder: workFolders.stagingFolder, logger });
  const place = `s3://${address.bucket}/${address.prefix}`;
  const tie = async (catalogId: string) => {
    const owner = await storage.owner(catalogId).catch((error: unknown) => {
      throw new Error(`S3 does not serve ${place}: ${reasonOf(error)}`);
    });
    if (owner === catalogId) return;
    throw new Error(
      `${place} holds the images of another catalog. Set PIXMILL_STORAGE to another folder of the bucket, or ` +
        "DATABASE_URL to the catalog that it belongs to; if its images may be lost, delete .catalog-id in it",
    );
  };
  return { storage, workFolders, tie };
}

/** What S3 or its client said. At a start its reader is who set it up. */
function reasonOf(error: unknown): string {
  const said = error instanceof PixmillError ? error.cause : error;
  return said instanceof Error ? said.message || said.name : String(said);
}
