import type { ImageRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import type { UseCases } from "../resize/use-cases.ts";
import { uploadsPath } from "./tus-server.ts";

/**
 * The image that an upload has become, `undefined` while it is not whole. A process may have been killed between the
 * last byte and the image: it is finished now, so that the client is told what became of it.
 */
export async function imageOf(useCases: UseCases, id: string): Promise<ImageRecord | undefined> {
  const upload = await useCases.uploads.find(id);
  if (!upload) return await useCases.findUploaded(id);
  return upload.bytes === upload.size ? await useCases.finishUpload(id) : undefined;
}

/**
 * Tells a request that begins an upload of the one that it began before: where that is, and how far. `undefined`: it
 * was refused or given up, and nothing is left of it.
 */
export async function answerOfBegun(useCases: UseCases, id: string): Promise<Response | undefined> {
  const headers = new Headers({ location: `${uploadsPath}/${id}` });
  const pending = await useCases.uploads.find(id);
  try {
    const image = await imageOf(useCases, id);
    headers.set("upload-offset", String(image ? image.original?.bytes : pending?.bytes));
    if (image) headers.set("image-id", image.id);
    return new Response(null, { status: 201, headers });
  } catch (error) {
    if (error instanceof PixmillError && error.code === "not_found") return undefined;
    throw error;
  }
}
