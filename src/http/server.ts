import { randomUUID } from "node:crypto";
import multipart from "@fastify/multipart";
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { ApiKeys } from "../api-keys.ts";
import type { ImageLimits } from "../image/limits.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import type { WebhookUseCases } from "../notify/use-cases.ts";
import type { QueueDashboard } from "../queue/queue-dashboard.ts";
import type { UseCases } from "../resize/use-cases.ts";
import { Authentication, installAuthentication } from "./authentication.ts";
import { installBodyParsers } from "./body-parsers.ts";
import { installBodyRules } from "./body-rules.ts";
import { answerClientFault } from "./client-fault.ts";
import { installCors } from "./cors.ts";
import { answerWithProblem, installErrorAnswers } from "./error-answers.ts";
import { createHttpServer } from "./http-server.ts";
import { takeMeantMethod } from "./meant-method.ts";
import { installOpenapi } from "./openapi.ts";
import { installQueueDashboard } from "./queue-dashboard.ts";
import { installRateLimit, type RateLimit } from "./rate-limit.ts";
import { installRequestLog } from "./request-log.ts";
import { installRequestMetrics } from "./request-metrics.ts";
import { installPatience } from "./request-patience.ts";
import { watchRoutes } from "./route-table.ts";
import { batchRoutes } from "./routes/batches.ts";
import { contentRoutes } from "./routes/contents.ts";
import { eventRoutes } from "./routes/events.ts";
import { healthRoutes } from "./routes/health.ts";
import { imageRoutes } from "./routes/images.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { presetRoutes } from "./routes/presets.ts";
import { queueRoutes } from "./routes/queue.ts";
import { sessionRoutes } from "./routes/session.ts";
import { type ShownSetting, settingsRoutes } from "./routes/settings.ts";
import { submitRoutes } from "./routes/submit.ts";
import { uploadRoutes } from "./routes/upload.ts";
import { uploadsRoutes } from "./routes/uploads.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import { workerRoutes } from "./routes/workers.ts";
import { serializerCompiler, validatorCompiler } from "./schema-compilers.ts";
import { installHeaders } from "./security-headers.ts";
import { uploadsPath } from "./tus-server.ts";
import { maxJsonBytes, type UploadLimits } from "./upload-limits.ts";
import { installWebApp } from "./web-app.ts";

export interface ServerOptions {
  readonly useCases: UseCases;
  readonly webhooks: WebhookUseCases;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly limits: UploadLimits;
  /** What a picture may measure: only told here, the use cases hold it. */
  readonly imageLimits: ImageLimits;
  /** Told at `/v1/settings`, so without a secret in them. */
  readonly settings: readonly ShownSetting[];
  /** The folder of the built web app. */
  readonly webRoot: string;
  /** Whoever asks must know one of them; everybody may ask when not given. */
  readonly apiKeys?: ApiKeys;
  /** Requests of one client; as many as it likes when not given. */
  readonly rateLimit?: RateLimit | undefined;
  /** Whose pages may use the API from a browser, beside our own. */
  readonly corsOrigins?: readonly string[];
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
  /** Shown at `/queues`, to whoever may ask. */
  readonly dashboard?: QueueDashboard | undefined;
}

/** The HTTP side of Pixmill, ready to listen. Closing it lets running requests finish. */
export function buildServer(options: ServerOptions): FastifyInstance {
  const { useCases, metrics, logger, limits, webRoot, apiKeys: keys = new ApiKeys([]) } = options;
  const app = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    genReqId: () => randomUUID(),
    serverFactory: createHttpServer,
    rewriteUrl: (request) => {
      takeMeantMethod(request, uploadsPath);
      return request.url ?? "/";
    },
    clientErrorHandler: (fault, socket) => answerClientFault(fault, socket, logger),
    frameworkErrors: answerWithProblem,
    // Requests on a connection that was open when closing began are served, not refused.
    return503OnClosing: false,
    bodyLimit: maxJsonBytes,
    // Ids and names that are too long to be any are looked for, and not found, as any other.
    routerOptions: { maxParamLength: 500 },
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const routes = watchRoutes(app);
  installRequestLog(app);
  installRequestMetrics(app, metrics.requests);
  installHeaders(app);
  installErrorAnswers(app, routes);
  installBodyRules(app, limits);
  const authentication = new Authentication(keys);
  installCors(app, options.corsOrigins ?? []);
  // After the rules for bodies, which also hold for those of refused requests.
  installAuthentication(app, authentication);
  if (options.rateLimit) installRateLimit(app, options.rateLimit);
  installBodyParsers(app);
  installPatience(app);
  app.register(multipart);
  installOpenapi(app, { withKeys: keys.required });
  app.register(uploadRoutes, { useCases, limits });
  app.register(submitRoutes, { useCases, limits });
  app.register(uploadsRoutes, { useCases, limits });
  app.register(imageRoutes, { useCases });
  app.register(contentRoutes, { useCases, visibility: keys.required ? "private" : "public" });
  app.register(batchRoutes, { useCases });
  app.register(webhookRoutes, { webhooks: options.webhooks });
  app.register(presetRoutes, { useCases });
  app.register(settingsRoutes, {
    settings: options.settings,
    limits: { ...options.imageLimits, maxFileBytes: limits.maxFileBytes },
  });
  app.register(queueRoutes, { useCases });
  app.register(workerRoutes, { useCases });
  app.register(metricsRoutes, { metrics });
  app.register(eventRoutes, { useCases });
  app.register(healthRoutes, { useCases });
  app.register(sessionRoutes, { keys, authentication });
  if (options.dashboard) installQueueDashboard(app, options.dashboard);
  installWebApp(app, webRoot);
  return app;
}
