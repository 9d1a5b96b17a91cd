import { createHmac } from "node:crypto";

/**
 * The secret of one client's webhooks, as a secret of Standard Webhooks. It is made from the service's own, so that
 * nobody has to keep it and every process knows it; nobody can tell the service's, or another client's, from it.
 */
export function clientSecret(secret: string, client: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `whsec_${createHmac("sha256", key).update(`pixmill webhooks of ${client}`).digest("base64")}`;
}
