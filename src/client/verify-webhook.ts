import type { Batch, Image } from "./schema.ts";

/** What a webhook says. */
export type WebhookEvent =
  | {
      readonly type: `image.${"done" | "failed" | "cancelled"}`;
      readonly timestamp: string;
      readonly data: Image;
    }
  | { readonly type: "batch.done"; readonly timestamp: string; readonly data: Batch };

export interface WebhookRequest {
  /** `whsec_…`; several while a new one is taken into use. */
  readonly secret: string | readonly string[];
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Exactly the bytes that came, or their text: JSON that was parsed and written again does not verify. */
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** Seconds that the sender's clock, or the way, may be off. */
  readonly toleranceSeconds?: number;
}

/** Not, or not now, from the service that has the secret: answer with 400 or 401. */
export class WebhookRefusal extends Error {
  override readonly name = "WebhookRefusal";
}

/**
 * Checks a webhook as Standard Webhooks says (https://www.standardwebhooks.com) and returns what it says. Signatures
 * are compared in constant time by WebCrypto. Rejects with a `WebhookRefusal`.
 */
export async function verifyWebhook(request: WebhookRequest): Promise<WebhookEvent> {
  const { secret, headers, body, toleranceSeconds = 300 } = request;
  const id = header(headers, "webhook-id");
  const timestamp = header(headers, "webhook-timestamp");
  const signatures = header(headers, "webhook-signature")
    .split(" ")
    // One that cannot be read says nothing of the others.
    .flatMap((entry) => bytesOf(/^v1,(.+)$/.exec(entry)?.[1]) ?? []);
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookRefusal("webhook-timestamp is no time");
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) {
    throw new WebhookRefusal("the webhook is too old, or from the future");
  }
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  for (const one of [secret].flat() as string[]) {
    const bytes = bytesOf(one.replace(/^whsec_/, ""));
    if (!bytes) throw new WebhookRefusal("the secret is not base64");
    const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, [
      "verify",
    ]);
    for (const signature of signatures) {
      if (await crypto.subtle.verify("HMAC", key, signature, signed)) return JSON.parse(text) as WebhookEvent;
    }
  }
  throw new WebhookRefusal("no signature fits");
}

function header(headers: WebhookRequest["headers"], name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  if (typeof value !== "string" || value === "") throw new WebhookRefusal(`${name} is missing`);
  return value;
}

function bytesOf(base64: string | undefined): Uint8Array<ArrayBuffer> | undefined {
  if (base64 === undefined) return undefined;
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
