import { s3Broken } from "../s3-broken.ts";
import type { Scenario } from "../scenario.ts";

export const s3SlowsDown: Scenario = {
  row: "S3",
  name: "S3 answers every other request with SlowDown",
  inS3: true,
  play: (arena) => s3Broken(arena, [{ what: "slow down", every: 2 }]),
};
