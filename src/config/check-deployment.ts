import { BlockList, isIPv6 } from "node:net";
import { largestObject, parseS3Address } from "../storage/s3-address.ts";
import type { Problem } from "./problem.ts";
import type { Settings } from "./setting-table.ts";

/**
 * What is right setting by setting and wrong together, or not made yet. Settings that were refused by
 * themselves are absent.
 */
export function checkDeployment(settings: Partial<Settings>): Problem[] {
  const problems: Problem[] = [];
  const { storage, workFolder, databaseUrl, redisUrl, maxFileSize, host, apiKeys, open } = settings;
  const isS3 = storage !== undefined && parseS3Address(storage) !== undefined;
  if (isS3 && databaseUrl === "sqlite:") {
    problems.push({
      given: "PIXMILL_STORAGE",
      sentence:
        "in S3 there is no place for the catalog's file. Set DATABASE_URL=postgres://… and REDIS_URL too, for many " +
        "processes; or DATABASE_URL=sqlite:PATH, for one.",
    });
  }
  if (isS3 && maxFileSize !== undefined && maxFileSize > largestObject) {
    problems.push({
      given: "PIXMILL_MAX_FILE_SIZE",
      sentence: "S3 takes no file of more than 5gb in one request. Set PIXMILL_MAX_FILE_SIZE to 5gb or less.",
    });
  }
  if (storage !== undefined && !isS3 && workFolder !== undefined) {
    problems.push({
      given: "PIXMILL_WORK_FOLDER",
      sentence:
        "goes with storage in S3 only. Remove it: with storage in a folder the work is done in there, so that a file " +
        "is finished by giving it its name.",
    });
  }
  const postgres = databaseUrl !== undefined && !databaseUrl.startsWith("sqlite:");
  if (postgres && !redisUrl) {
    problems.push({
      given: "DATABASE_URL",
      sentence:
        "PostgreSQL goes with Redis. Set REDIS_URL too, for many processes; or remove DATABASE_URL, and one " +
        "process keeps its catalog in the storage folder.",
    });
  }
  if (redisUrl && databaseUrl !== undefined && !postgres) {
    problems.push({
      given: "REDIS_URL",
      sentence:
        "Redis goes with PostgreSQL. Set DATABASE_URL=postgres://… too, for many processes; or remove " +
        "REDIS_URL, and the queue runs inside the process.",
    });
  }
  if (host && open === false && apiKeys?.length === 0 && !isLoopback(host)) {
    problems.push({
      given: `HOST=${host}`,
      sentence:
        "without API keys only this machine may connect. Set PIXMILL_API_KEYS to ask for one, PIXMILL_OPEN=on to " +
        "let everybody on the network in, or HOST=127.0.0.1.",
    });
  }
  return problems;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

/** Whether only this machine can connect to what listens there. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  return loopback.check(host, isIPv6(host) ? "ipv6" : "ipv4");
}
