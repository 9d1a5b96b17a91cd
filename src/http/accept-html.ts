/** Whether an `Accept` header prefers a page to JSON, as a browser's form does (RFC 9110, 12.5.1). */
export function prefersHtml(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  return quality(accept, "text", "html") > quality(accept, "application", "json");
}

/** The weight of a type: its most exact range decides, 0 when there is none. */
function quality(accept: string, type: string, subtype: string): number {
  let best = { exactness: -1, weight: 0 };
  for (const entry of accept.toLowerCase().split(",")) {
    const [range = "", ...parameters] = entry.split(";").map((part) => part.trim());
    const exactness = [`*/*`, `${type}/*`, `${type}/${subtype}`].indexOf(range);
    if (exactness <= best.exactness) continue;
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    best = { exactness, weight: weight === undefined ? 1 : Number(weight) || 0 };
  }
  return best.weight;
}
