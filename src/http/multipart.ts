import type { MultipartFile, MultipartValue } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import { PixmillError, toPixmillError, toStoredError } from "../errors.ts";
import type { ReceivedOriginal } from "../resize/receive-original.ts";
import type { BatchItem } from "../resize/submit-options.ts";
import type { UseCases } from "../resize/use-cases.ts";
import { formFaultOf } from "./form-fault.ts";
import { unknownName } from "./invalid-fields.ts";
import { refuseField } from "./problem.ts";
import { piecesOf } from "./stream-pieces.ts";
import { uploadFieldNames } from "./upload-fields.ts";

/** The largest text field, in bytes: twenty variants with every setting are a tenth of it. */
const maxFieldBytes = 64 * 1024;
/** A file over the limit is read past to reach its neighbours, up to this many bytes. */
const maxSkippedBytes = 1024 ** 3;
/** Pieces of a file reach the use case this large at most; smaller ones cost more calls than bytes. */
const fileBufferBytes = 256 * 1024;

/** One file of a form: staged, or refused for its own faults alone. */
export type FormFile = { readonly original: ReceivedOriginal } | { readonly refusal: Refusal };

interface Refusal {
  readonly filename: string;
  readonly error: PixmillError;
  /** The length of what was refused: with its name it tells it from another file. */
  readonly bytes: number;
}

export interface ReceivedForm {
  readonly files: readonly FormFile[];
  readonly fields: ReadonlyMap<string, unknown>;
}

type Receive = UseCases["receive"];

/**
 * Reads a whole form; fields may come before or after the files. When it rejects, whatever the form, the
 * network or the client did, no file of it is left behind.
 */
export async function receiveForm(
  request: FastifyRequest,
  receive: Receive,
  maxFiles: number,
): Promise<ReceivedForm> {
  const files: FormFile[] = [];
  const fields = new Map<string, unknown>();
  const limits = {
    fileSize: Number.POSITIVE_INFINITY,
    files: maxFiles,
    fields: 2 * uploadFieldNames.length,
    fieldSize: maxFieldBytes,
    parts: maxFiles + 2 * uploadFieldNames.length,
    headerPairs: 32,
  };
  try {
    for await (const part of request.parts({
      limits,
      fileHwm: fileBufferBytes,
      highWaterMark: fileBufferBytes,
    })) {
      if (part.type === "field") takeField(fields, part);
      else {
        const file = await receiveFile(part, receive);
        if (file) files.push(file);
      }
    }
  } catch (error) {
    await discardFiles(files);
    throw formFaultOf(error, maxFiles);
  }
  if (files.length === 0)
    throw refuseField("no_file", "file", "is missing; send an image in this multipart field");
  return { files, fields };
}

/** Removes what was staged and will not be submitted. */
export async function discardFiles(files: readonly FormFile[]): Promise<void> {
  await Promise.all(files.map(async (file) => "original" in file && (await file.original.discard())));
}

export function toBatchItem(file: FormFile): BatchItem {
  if ("original" in file) return file.original;
  const { filename, error, bytes } = file.refusal;
  return { filename, error: toStoredError(error), bytes };
}

function takeField(fields: Map<string, unknown>, part: MultipartValue): void {
  const { fieldname: name, value } = part;
  if (name === "file") {
    throw refuseField("no_file", "file", "holds text, not a file; with curl, write file=@photo.jpg");
  }
  refuseUnknown(name);
  if (part.valueTruncated)
    throw refuseField("invalid_request", name, `is longer than ${maxFieldBytes} bytes`);
  if (fields.has(name)) throw refuseField("invalid_request", name, "is given twice");
  // A form sends the inputs that nobody filled in as empty text.
  if (value !== "") fields.set(name, value);
}

function refuseUnknown(name: string | undefined): void {
  if (name !== undefined && uploadFieldNames.includes(name)) return;
  const fault = unknownName(name ?? "", ["file", ...uploadFieldNames]);
  throw refuseField("invalid_request", fault.field, fault.message);
}

/** `undefined`: the empty part that a browser sends for a file input with nothing chosen. */
async function receiveFile(part: MultipartFile, receive: Receive): Promise<FormFile | undefined> {
  if (part.fieldname !== "file") refuseFileField(part.fieldname);
  const source = new PartContent(part);
  try {
    return { original: await receive(source, part.filename) };
  } catch (error) {
    // The body's own end, not the file's fault: nobody can say what the file would have been.
    if (source.failed) throw error;
    const refusal = toPixmillError(error);
    if (refusal.code === "empty_file" && !part.filename) return undefined;
    if (!refusesOneFile.has(refusal.code)) throw refusal;
    await source.skipRest();
    return { refusal: { filename: part.filename ?? "", error: refusal, bytes: source.bytes } };
  }
}

function refuseFileField(name: string | undefined): never {
  const { field } = unknownName(name ?? "", []);
  throw refuseField("no_file", field, "is not where a file is expected; send it in the field `file`");
}

/** Faults of a file; its neighbours are taken all the same. */
const refusesOneFile: ReadonlySet<string> = new Set([
  "file_too_large",
  "empty_file",
  "unsupported_format",
  "image_too_large",
  "corrupt_image",
]);

/** The bytes of one part. Leaving early does not end the form's other parts. */
class PartContent implements AsyncIterable<Uint8Array> {
  readonly #part: MultipartFile;
  #failed = false;
  #bytes = 0;

  constructor(part: MultipartFile) {
    this.#part = part;
  }

  /** How many came so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the form broke off in this part. */
  get failed(): boolean {
    return this.#failed;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    try {
      for await (const piece of piecesOf(this.#part.file)) {
        this.#bytes += piece.length;
        yield piece;
      }
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  async skipRest(): Promise<void> {
    let skipped = 0;
    for await (const chunk of this) {
      skipped += chunk.length;
      if (skipped > maxSkippedBytes) throw new PixmillError("file_too_large");
    }
  }
}
