import { s3Broken } from "../s3-broken.ts";
import type { Scenario } from "../scenario.ts";

export const s3Hangs: Scenario = {
  row: "S3",
  name: "S3 takes requests and answers nothing, or stops in the middle of an object",
  inS3: true,
  play: (arena) =>
    s3Broken(
      arena,
      [
        { what: "stall put", at: 2_000, every: 4 },
        { what: "stall get", at: 2_000, every: 3 },
        { what: "hang", every: 3 },
      ],
      // Each of them takes the ten seconds after which a request is given up.
      { mayBeUnanswered: true, metByEach: 1 },
    ),
};
