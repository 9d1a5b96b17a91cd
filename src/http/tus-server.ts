import { Server } from "@tus/server";
import type { FastifyRequest } from "fastify";
import { PixmillError, toPixmillError } from "../errors.ts";
import { newImageId } from "../image/image-id.ts";
import type { UseCases } from "../resize/use-cases.ts";
import { piecesOf } from "./stream-pieces.ts";
import { faultOfTus } from "./tus-fault.ts";
import { UploadStore } from "./tus-store.ts";
import { uploadWish } from "./upload-wish.ts";

export const uploadsPath = "/v1/uploads";

/** How long a request that has lost its client, and is asked to end by the next one, may still write. */
const lockDrainMs = 1_000;

/** What the library is told of a request: no header of a proxy, which it would judge, is its business. */
const knownHeaders = [
  "content-length",
  "content-type",
  "tus-resumable",
  "upload-concat",
  "upload-defer-length",
  "upload-length",
  "upload-metadata",
  "upload-offset",
];

/**
 * Resolves to an answer that is no refusal; those are thrown. `onCreated` is told the id of an upload that the request
 * has begun, before its first byte is taken; when that rejects there is no upload.
 */
type TusServer = (request: FastifyRequest, onCreated?: (id: string) => Promise<void>) => Promise<Response>;

/** The tus protocol (https://tus.io/protocols/resumable-upload), as a function of a request. */
export function createTusServer(useCases: UseCases, maxFileBytes: number): TusServer {
  const { uploads, findUploaded } = useCases;
  const thrown = new WeakMap<object, unknown>();
  /** By the library's request, and from the moment that it has one by the upload that it begins. */
  const creations = new WeakMap<object, { client: string; onCreated: Parameters<TusServer>[1] }>();
  const server = new Server({
    path: uploadsPath,
    relativeLocation: true,
    maxSize: maxFileBytes,
    datastore: new UploadStore({
      uploads,
      findUploaded,
      wishOf: (upload) => uploadWish(upload.metadata ?? {}, creations.get(upload)?.client ?? ""),
      onCreated: async (upload) => creations.get(upload)?.onCreated?.(upload.id),
    }),
    locker: { newLock: (id) => uploads.lockOf(id) },
    lockDrainTimeout: lockDrainMs,
    disableTerminationForFinishedUploads: true,
    namingFunction: newImageId,
    async onUploadCreate(request, upload) {
      const { size, metadata = {} } = upload;
      const creation = creations.get(request) ?? { client: "", onCreated: undefined };
      creations.set(upload, creation);
      // What can be known now is refused before the bytes come.
      await useCases.checkOptions(uploadWish(metadata, creation.client).options);
      if (size === 0) throw new PixmillError("empty_file");
      return {};
    },
    async onUploadFinish(_request, { id }) {
      const image = await useCases.finishUpload(id);
      return { headers: { "Image-Id": image.id } };
    },
    onResponseError(request, error) {
      thrown.set(request, error);
      return undefined;
    },
  });

  return async ({ raw, method, headers, url, client }, onCreated) => {
    let broken: unknown;
    const body = bodyOf(piecesOf(raw), (error) => {
      broken = error;
    });
    const request = new Request(new URL(url.split("?", 1)[0] ?? "", "http://localhost"), {
      method,
      headers: knownHeaders.flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : [])),
      // The stream is only looked at when the library wants it.
      ...(method === "PATCH" || method === "POST" ? { body: ReadableStream.from(body), duplex: "half" } : {}),
    });
    creations.set(request, { client, onCreated });
    try {
      const response = await server.handleWeb(request);
      if (response.status < 400) return response;
      if (broken !== undefined) throw endOf(broken);
      throw await faultOfTus(response, thrown.get(request));
    } finally {
      // Whoever reads the rest of the body must be alone with it.
      void body.return();
    }
  };
}

async function* bodyOf(
  pieces: AsyncGenerator<Uint8Array, void>,
  onError: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* pieces;
  } catch (error) {
    onError(error);
    throw error;
  }
}

/** The body came too slowly, or its connection is gone and nobody hears this. */
function endOf(broken: unknown): PixmillError {
  if (broken instanceof PixmillError) return broken;
  const detail = "The body ended before it was complete; ask with HEAD how much is here.";
  return new PixmillError("invalid_request", { detail, cause: toPixmillError(broken).cause });
}
