import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Redis } from "ioredis";
import { PixmillError } from "../errors.ts";
import { originOf } from "./failure-throttle.ts";

export interface RateLimit {
  /** Requests that one client may make. */
  readonly perMinute: number;
  /** Counts for all processes; without it each counts for itself. */
  readonly redis?: Redis | undefined;
}

/** Addresses and keys that are counted at once; beyond, the one that asked longest ago is forgotten. */
const mostClients = 10_000;

/**
 * Counts the requests of each key, and of each address where there are no keys. Probes, metrics and the page itself
 * are never refused. While Redis is away nobody is: uploads are accepted without it. To be installed after
 * authentication, which knows whose key it is and counts failures by itself.
 */
export function installRateLimit(app: FastifyInstance, { perMinute, redis }: RateLimit): void {
  app.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    cache: mostClients,
    redis,
    nameSpace: "pixmill:rate:",
    skipOnError: true,
    enableDraftSpec: true,
    keyGenerator: ({ client, ip }) => (client === "" ? originOf(ip) : `key:${client}`),
    allowList: isNeverLimited,
    errorResponseBuilder: (_request, { ttl }) => {
      const detail = `More than ${perMinute} requests in a minute.`;
      return new PixmillError("rate_limited", { detail, retryAfter: Math.max(1, Math.ceil(ttl / 1000)) });
    },
  });
}

function isNeverLimited({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.open === true || routeOptions.url === "/metrics";
}
