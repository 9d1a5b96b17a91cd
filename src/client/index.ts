export type { BatchSource, BatchUpload, UploadedBatch } from "./batches.ts";
export type { ConnectionOptions, Retry } from "./connection.ts";
export type { EventFilter, PixmillEvent } from "./events.ts";
export { RequestFailure } from "./failure.ts";
export type { FileInput } from "./file.ts";
export type { ImageFilter, Page, SourceOptions, UploadOptions } from "./options.ts";
export { isFinal, PixmillClient } from "./pixmill-client.ts";
export type { Batch, Image, Preset, Problem, TransformInput, Variant, Worker } from "./schema.ts";
export { verifyWebhook, type WebhookEvent, WebhookRefusal, type WebhookRequest } from "./verify-webhook.ts";
