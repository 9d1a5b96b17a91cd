import { s3Broken } from "../s3-broken.ts";
import type { Scenario } from "../scenario.ts";

export const s3WrongBytes: Scenario = {
  row: "S3",
  name: "bytes are changed on the way to S3 and back",
  inS3: true,
  play: (arena) =>
    s3Broken(arena, [
      { what: "corrupt put", at: 2_000, every: 2 },
      { what: "corrupt get", at: 2_000, every: 2 },
    ]),
};
