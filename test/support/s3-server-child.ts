import type { Readable } from "node:stream";
import S3rver from "@20minutes/s3rver";
import S3Error from "@20minutes/s3rver/lib/models/error.js";
import S3Object from "@20minutes/s3rver/lib/models/object.js";
import { S3ObjectStore } from "./s3-object-store.ts";

/**
 * The process of an S3 server: s3rver's protocol, signatures and XML, over objects that keep what S3 promises. Says
 * `listening`, and ends with its parent.
 */
const [folder = "", port, bucket = ""] = process.argv.slice(2);
const app = new S3rver({
  address: "127.0.0.1",
  port: Number(port),
  silent: true,
  configureBuckets: [{ name: bucket }],
});
app.store = app.context.store = await S3ObjectStore.open(folder);

const checksum = "x-amz-checksum-sha256";
S3Object.ALLOWED_METADATA.push(checksum);

// What s3rver leaves out of account: requests without a signature, the last `/` of a bucket's path in the signature
// (as of a bucket that the host names), and conditions of reading. Its router is the last.
app.middleware.splice(-1, 0, async (context, next) => {
  if (!context.headers.authorization) throw new S3Error("AccessDenied", "Requests must be signed.");
  if (context.path === `/${bucket}/`) {
    context.state.vhost = true;
    context.mountPath = "/";
  }
  await next();
  const condition = context.headers["if-match"];
  if (condition === undefined || context.status >= 300) return;
  if (condition === "*" || condition === context.response.get("ETag")) return;
  (context.body as Readable | undefined)?.destroy();
  throw new S3Error("PreconditionFailed", "It is another object by now.");
});

process.stdin.resume().once("end", () => process.exit());
await app.run();
// A client's idle connections are not closed under its hands: that is a fault to be made on purpose.
app.httpServer.keepAliveTimeout = 120_000;
process.stdout.write("listening\n");
