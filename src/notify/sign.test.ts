import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { signatureHeaders } from "./sign.ts";

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const other = `whsec_${Buffer.alloc(24, 9).toString("base64")}`;
const body = JSON.stringify({ type: "image.done", data: { filename: "фото 🐈.jpg" } });

describe("a signed webhook", () => {
  const message = { id: "msg_1", at: new Date(), body };

  it("is accepted by the receivers' own library", () => {
    const verified = new Webhook(secret).verify(body, signatureHeaders(message, [secret]));
    expect(verified).toEqual(JSON.parse(body));
  });

  it("is accepted with the old secret and the new one while both sign", () => {
    const headers = signatureHeaders(message, [other, secret]);
    for (const known of [other, secret]) new Webhook(known).verify(body, headers);
  });

  it("is refused with another secret, body, id or time", () => {
    const headers = signatureHeaders(message, [secret]);
    const refuses = (known: string, text: string, given: Record<string, string>) =>
      expect(() => new Webhook(known).verify(text, given)).toThrow();
    refuses(other, body, headers);
    refuses(secret, `${body} `, headers);
    refuses(secret, body, { ...headers, "webhook-id": "msg_2" });
    const later = String(Number(headers["webhook-timestamp"]) + 1);
    refuses(secret, body, { ...headers, "webhook-timestamp": later });
    refuses(secret, body, signatureHeaders({ ...message, at: new Date(Date.now() - 3_600_000) }, [secret]));
  });
});
