import type { Scenario } from "./scenario.ts";
import { sizeBombs } from "./scenarios/bombs.ts";
import { storageFull } from "./scenarios/disk-full.ts";
import { storageFullOfResults } from "./scenarios/disk-full-of-results.ts";
import { storageWithoutInodes } from "./scenarios/disk-no-inodes.ts";
import { storageReadOnly } from "./scenarios/disk-read-only.ts";
import { eventCrowd } from "./scenarios/event-crowd.ts";
import { forgedJobs } from "./scenarios/forged-jobs.ts";
import { workerFrozen } from "./scenarios/frozen-worker.ts";
import { halfOpenConsumer } from "./scenarios/half-open-consumer.ts";
import { killPoints } from "./scenarios/kill-points.ts";
import { linesBroken } from "./scenarios/lines-cut.ts";
import { linesLate } from "./scenarios/lines-slow.ts";
import { lostOriginals } from "./scenarios/lost-originals.ts";
import { noPermission } from "./scenarios/no-permission.ts";
import { manyFrames, muchMetadata } from "./scenarios/odd-files.ts";
import { noDescriptors } from "./scenarios/out-of-descriptors.ts";
import { outputBombs } from "./scenarios/output-bombs.ts";
import { poisonPictures } from "./scenarios/poison-pictures.ts";
import { hangingWave, poisonWave } from "./scenarios/poison-wave.ts";
import { catalogAway } from "./scenarios/postgres-away.ts";
import { catalogBlackHole } from "./scenarios/postgres-black-hole.ts";
import { catalogFailover } from "./scenarios/postgres-failover.ts";
import { catalogExhausted } from "./scenarios/postgres-locked.ts";
import { serialisationFailures } from "./scenarios/postgres-serializable.ts";
import { standbyAway } from "./scenarios/postgres-standby-away.ts";
import { randomKills } from "./scenarios/random-kills.ts";
import { redisGone } from "./scenarios/redis-away.ts";
import { redisLongGone } from "./scenarios/redis-away-long.ts";
import { redisBlackHole } from "./scenarios/redis-black-hole.ts";
import { redisFlushed } from "./scenarios/redis-flushed.ts";
import { redisAtItsLimit } from "./scenarios/redis-full.ts";
import { redisKilled } from "./scenarios/redis-killed.ts";
import { wrongEvictionPolicy } from "./scenarios/redis-policy.ts";
import { redisRefusesWrites } from "./scenarios/redis-read-only.ts";
import { removedInMidWork } from "./scenarios/removed-in-mid-work.ts";
import { rollingRestarts } from "./scenarios/rolling-restarts.ts";
import { s3Hangs } from "./scenarios/s3-hangs.ts";
import { s3Killed } from "./scenarios/s3-killed.ts";
import { s3Resets } from "./scenarios/s3-resets.ts";
import { s3SlowsDown } from "./scenarios/s3-slow-down.ts";
import { s3WrongBytes } from "./scenarios/s3-wrong-bytes.ts";
import { smallContainer } from "./scenarios/small-container.ts";
import { soak } from "./scenarios/soak.ts";
import { standingUploads } from "./scenarios/standing-uploads.ts";
import { stoppedInMidStream } from "./scenarios/stopped-in-mid-stream.ts";
import { storageHangs } from "./scenarios/storage-hangs.ts";
import { uploadsExpire } from "./scenarios/upload-expiry.ts";
import { wedgedConsumer } from "./scenarios/wedged-consumer.ts";

/** Everything that is broken on purpose, in the order of the list of faults. */
export const scenarios: readonly Scenario[] = [
  randomKills,
  killPoints,
  workerFrozen,
  rollingRestarts,
  stoppedInMidStream,
  forgedJobs,
  halfOpenConsumer,
  wedgedConsumer,
  redisKilled,
  redisGone,
  redisLongGone,
  redisFlushed,
  redisBlackHole,
  redisRefusesWrites,
  redisAtItsLimit,
  wrongEvictionPolicy,
  linesBroken,
  linesLate,
  catalogAway,
  catalogBlackHole,
  catalogFailover,
  serialisationFailures,
  catalogExhausted,
  standbyAway,
  storageFull,
  storageFullOfResults,
  storageReadOnly,
  storageWithoutInodes,
  noPermission,
  storageHangs,
  noDescriptors,
  lostOriginals,
  s3SlowsDown,
  s3Resets,
  s3WrongBytes,
  s3Hangs,
  s3Killed,
  removedInMidWork,
  uploadsExpire,
  poisonPictures,
  poisonWave,
  hangingWave,
  sizeBombs,
  manyFrames,
  muchMetadata,
  outputBombs,
  smallContainer,
  standingUploads,
  eventCrowd,
  soak,
];
