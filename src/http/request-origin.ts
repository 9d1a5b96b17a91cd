import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a page of another origin made a browser send this request. SameSite cookies come along from every port of
 * a host and from its sibling names; these headers, which no page can forge, tell them apart. A client that sends
 * neither is no browser.
 */
export function cameFromElsewhere(headers: IncomingHttpHeaders): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  // Browsers leave Sec-Fetch-Site out on plain HTTP beyond this machine, and send Origin with all that is no GET.
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}
