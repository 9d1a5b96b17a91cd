/** ThumbHash (base64) and dominant colour (`#rrggbb`), for pages that wait for the picture. */
export interface Placeholder {
  readonly thumbhash: string;
  readonly color: string;
}
