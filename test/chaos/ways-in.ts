import type { ImageView } from "../support/client.ts";
import { metadataOf, sendPart, tus } from "../support/tus.ts";
import type { Picture } from "./load.ts";

/** What came of one request, or of the requests of one resumable upload. */
export interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  /** Nobody can say whether it was or will be accepted. */
  readonly inDoubt: boolean;
  /** It is a refusal that may be another answer the next time. */
  readonly again: boolean;
  /** Seconds; `undefined`: not said. */
  readonly retryAfter: number | undefined;
  /** Of a 202, by id. */
  readonly images: ReadonlyMap<string, Picture>;
  /** Such as `image.done`: what the webhook of this upload will say, once. */
  readonly tells?: "image.done" | "image.failed" | "batch.done";
}

export interface Upload {
  readonly url: string;
  readonly picture: Picture;
  /** The `Idempotency-Key`, the same at each try. */
  readonly key: string;
  /** Where the webhook of its end goes. */
  readonly callbackUrl: string;
  /** Where the picture can be fetched. */
  readonly sourceUrl: string;
}

/** Rejects when there is no answer. */
type Way = (upload: Upload, signal: AbortSignal) => Promise<Answer>;

const refusals: ReadonlySet<number> = new Set([429, 503, 507]);
/** What the service says when it does not know what has become of a commit. */
const doubt = /^The database (went away|does not answer)/;
/** Files of a batch. */
export const together = 3;
/** Somebody else writes the upload still, or wrote more than was told: the next try asks where it stands. */
const moved: ReadonlySet<number> = new Set([409, 423]);

/** The doors by which pictures come in. */
export const waysIn = {
  async raw({ url, picture, key }, signal) {
    const { name, content, variants } = picture;
    const query = new URLSearchParams({ filename: name, variants });
    const headers = { "content-type": "application/octet-stream", "idempotency-key": key };
    const body = new Uint8Array(content);
    return await answerOf(
      await fetch(`${url}/v1/images?${query}`, { method: "POST", headers, body, signal }),
      picture,
    );
  },

  /** A form of several files, and a webhook when all of them are done. */
  async batch({ url, picture, key, callbackUrl }, signal) {
    const body = new FormData();
    body.append("variants", picture.variants);
    body.append("callbackUrl", callbackUrl);
    for (let count = 0; count < together; count += 1)
      body.append("file", new Blob([new Uint8Array(picture.content)]), picture.name);
    const headers = { "idempotency-key": key };
    const response = await fetch(`${url}/v1/batches`, { method: "POST", headers, body, signal });
    return { ...(await answerOf(response, picture)), tells: "batch.done" };
  },

  /** By address, and a webhook when it is done. */
  async source({ url, picture, key, callbackUrl, sourceUrl }, signal) {
    const { name, variants } = picture;
    const body = JSON.stringify({
      source: { url: sourceUrl },
      filename: name,
      variants: JSON.parse(variants),
      callbackUrl,
    });
    const headers = { "content-type": "application/json", "idempotency-key": key };
    const response = await fetch(`${url}/v1/images`, { method: "POST", headers, body, signal });
    return { ...(await answerOf(response, picture)), tells: picture.fails ? "image.failed" : "image.done" };
  },

  /** Resumable: in two parts, and at each try from where it stands. */
  async tus({ url, picture, key }, signal) {
    const { name: filename, content, variants } = picture;
    const headers = {
      "upload-length": String(content.length),
      "upload-metadata": metadataOf({ filename, variants }),
      "idempotency-key": key,
    };
    let response = await tus(`${url}/v1/uploads`, "POST", headers, undefined, signal);
    const address = new URL(response.headers.get("location") ?? "", url).href;
    while (response.ok && !response.headers.has("image-id")) {
      const offset = Number(response.headers.get("upload-offset") ?? 0);
      const end = offset < content.length / 2 ? Math.ceil(content.length / 2) : content.length;
      response = await sendPart(address, offset, content.subarray(offset, end), signal);
    }
    const id = response.headers.get("image-id");
    const answer = await answerOf(response, picture);
    if (moved.has(response.status)) return { ...answer, again: true, retryAfter: 1 };
    return id === null ? answer : { ...answer, status: 202, images: new Map([[id, picture]]) };
  },
} satisfies Record<string, Way>;

export type WayIn = keyof typeof waysIn;

async function answerOf(response: Response, picture: Picture): Promise<Answer> {
  const text = await response.text();
  const body = JSON.parse(text || "{}") as Partial<ImageView> & {
    code?: string;
    detail?: string;
    images?: ImageView[];
  };
  const { status } = response;
  const after = response.headers.get("retry-after");
  const images = status === 202 ? (body.images ?? [body as ImageView]) : [];
  return {
    status,
    code: body.code,
    inDoubt: doubt.test(body.detail ?? ""),
    again: refusals.has(status),
    retryAfter: after === null ? undefined : Number(after),
    images: new Map(images.map(({ id }) => [id, picture])),
  };
}
