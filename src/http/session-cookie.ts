import type { IncomingHttpHeaders } from "node:http";
import { sessionMs } from "../api-keys.ts";

export const cookieName = "pixmill_session";

export function sessionOf({ cookie = "" }: IncomingHttpHeaders): string | undefined {
  return new RegExp(`(?:^|;)\\s*${cookieName}=([^;\\s]*)`).exec(cookie)?.[1];
}

/**
 * The `Set-Cookie` that opens a session, or ends it with an empty token. No script reads the cookie and no other
 * site makes the browser send it.
 */
export function sessionCookie(token: string, { secure }: { readonly secure: boolean }): string {
  const maxAge = token === "" ? 0 : sessionMs / 1000;
  const attributes = [
    `Max-Age=${maxAge}`,
    "Path=/",
    "HttpOnly",
    "SameSite=Strict",
    ...(secure ? ["Secure"] : []),
  ];
  return [`${cookieName}=${token}`, ...attributes].join("; ");
}
