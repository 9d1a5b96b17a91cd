// The parts that are used here: the package has no types.

declare module "@20minutes/s3rver" {
  import type { Server } from "node:http";
  import type FilesystemStore from "@20minutes/s3rver/lib/stores/filesystem.js";

  interface Context {
    readonly path: string;
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly state: { vhost?: boolean };
    mountPath?: string;
    readonly status: number;
    readonly body: unknown;
    readonly response: { get(name: string): string };
  }

  /** A Koa application. */
  export default class S3rver {
    constructor(options: Readonly<Record<string, unknown>>);
    readonly context: { store: FilesystemStore };
    store: FilesystemStore;
    readonly middleware: ((context: Context, next: () => Promise<void>) => Promise<void>)[];
    readonly httpServer: Server;
    run(): Promise<{ readonly port: number }>;
  }
}

declare module "@20minutes/s3rver/lib/stores/filesystem.js" {
  import type S3Object from "@20minutes/s3rver/lib/models/object.js";

  export default class FilesystemStore {
    constructor(rootDirectory: string);
    existsObject(bucket: string, key: string): Promise<boolean>;
    getObject(bucket: string, key: string, range?: object): Promise<S3Object | null>;
    putObject(object: S3Object): Promise<{ readonly size: number; readonly md5: string }>;
    deleteObject(bucket: string, key: string): Promise<void>;
    listObjects(bucket: string, options: object): Promise<object>;
  }
}

declare module "@20minutes/s3rver/lib/models/object.js" {
  import type { IncomingMessage } from "node:http";
  import type { Readable } from "node:stream";

  export default class S3Object {
    static readonly ALLOWED_METADATA: string[];
    constructor(bucket: string, key: string, content: Readable | null, metadata: object);
    readonly bucket: string;
    readonly key: string;
    readonly content: IncomingMessage;
    readonly metadata: Readonly<Record<string, string>>;
    range?: { readonly start: number; readonly end: number };
  }
}

declare module "@20minutes/s3rver/lib/models/error.js" {
  export default class S3Error extends Error {
    constructor(code: string, message: string);
    status: number;
  }
}
