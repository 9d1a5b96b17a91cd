import { s3Broken } from "../s3-broken.ts";
import type { Scenario } from "../scenario.ts";

export const s3Resets: Scenario = {
  row: "S3",
  name: "connections to S3 are reset in the middle of objects that come and go, and before answers",
  inS3: true,
  play: (arena) =>
    s3Broken(arena, [
      { what: "cut put", at: 2_000, every: 3 },
      { what: "cut get", at: 2_000, every: 2 },
      { what: "lose answer", every: 7 },
    ]),
};
