/** Where in S3 the objects lie. */
export interface S3Address {
  readonly bucket: string;
  /** Stands before every key: nothing, or a folder with its `/`. */
  readonly prefix: string;
}

/** S3 takes no more in one request (https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html). Bytes. */
export const largestObject = 5 * 1024 ** 3;

/** A bucket as S3 names them, and folders that mean the same in every tool that a person browses them with. */
const pattern =
  /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<prefix>[\w-][\w.-]*(?:\/[\w-][\w.-]*)*))?\/?$/;

/** What `s3://bucket` or `s3://bucket/folder` names; `undefined` for anything else. */
export function parseS3Address(text: string): S3Address | undefined {
  const groups = pattern.exec(text)?.groups;
  if (!groups) return undefined;
  return { bucket: groups.bucket ?? "", prefix: groups.prefix ? `${groups.prefix}/` : "" };
}
