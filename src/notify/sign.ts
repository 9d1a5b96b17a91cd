import { createHmac } from "node:crypto";

interface Message {
  /** The same in every attempt. */
  readonly id: string;
  /** When this attempt is sent: receivers refuse what is more than some minutes old. */
  readonly at: Date;
  /** Exactly the bytes that are sent. */
  readonly body: string;
}

/**
 * The three headers of Standard Webhooks (https://www.standardwebhooks.com): symmetric signatures, HMAC-SHA256 of id,
 * time and body. With several secrets each signs, so that receivers can change to the new one at any time.
 */
export function signatureHeaders(
  { id, at, body }: Message,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  });
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
