import type { IncomingMessage } from "node:http";

const meant = ["PATCH", "DELETE"];

/**
 * What a client of the tus protocol means that sits behind something which lets only GET and POST through: it sends
 * POST and names the method in a header, and that one counts (tus 1.0.0, X-HTTP-Method-Override). To be called before
 * the route is looked for.
 */
export function takeMeantMethod(request: IncomingMessage, uploadsPath: string): void {
  const named = String(request.headers["x-http-method-override"] ?? "").toUpperCase();
  if (request.method !== "POST" || !meant.includes(named)) return;
  if (request.url?.startsWith(`${uploadsPath}/`)) request.method = named;
}
