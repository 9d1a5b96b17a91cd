/** What one request may bring. Sizes are bytes. */
export interface UploadLimits {
  readonly maxFileBytes: number;
  /** Files in one multipart request. */
  readonly maxFiles: number;
  /** How long a body may bring next to nothing, in milliseconds; 30 seconds when not given. */
  readonly slowBodyMs?: number;
}

/** A JSON body, which is held in memory. */
export const maxJsonBytes = 1024 * 1024;

/** Images of a batch that is a list of addresses, and that list as JSON. */
export const maxListItems = 10_000;
export const maxListBytes = 16 * 1024 * 1024;

/** What a form may hold beside its files: boundaries, part headers, and the fields. */
export const maxFormOverheadBytes = 1024 * 1024;
