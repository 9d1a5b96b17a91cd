import type { ErrorCode } from "../../../src/errors.ts";

/** Promises that no request can call in, each with the reason and the place where it is kept all the same. */
export interface NotMet {
  /** By default every operation that has no row for the status. */
  readonly operations?: readonly string[];
  readonly status: number;
  readonly why: string;
}

export const notMet: readonly NotMet[] = [
  {
    status: 500,
    why: "`internal_error` is a mistake of ours; a request that provokes one is a bug to be mended",
  },
  { status: 507, why: "the disk must be full: test/contracts/local-storage.test.ts fills one" },
  {
    status: 423,
    why: "a process must hold an upload and be frozen: src/storage/upload-lock.ts waits for any other",
  },
  {
    operations: ["askUpload"],
    status: 409,
    why: "a process must be killed between the last byte and the image: src/resize/sweep-uploads.test.ts",
  },
  { operations: ["askUpload"], status: 415, why: "as 409" },
  { operations: ["askUpload"], status: 422, why: "as 409" },
];

/** With its catalog in the same process: a file that is open stays there. The distributed deployment has the rows. */
export const notMetEmbedded: NotMet = { status: 503, why: "only another process can be away" };

/** Codes that no answer of this table carries. */
export const codesNotMet: Partial<Record<ErrorCode, string>> = {
  internal_error: "as status 500",
  storage_full: "as status 507",
  upload_locked: "as status 423",
  bad_signature: "no address is signed in this version",
  expired_signature: "no address is signed in this version",
  engine_crashed: "of an image alone: test/flow/engine-faults.test.ts",
  engine_timeout: "of an image alone: test/flow/engine-faults.test.ts",
  out_of_memory: "of an image alone: test/flow/engine-faults.test.ts",
  source_unreachable: "of an image alone: test/flow/sources.ts",
  source_forbidden: "of an image alone: test/flow/sources.ts",
};
