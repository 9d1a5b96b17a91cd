/** The Image of api.md, as far as tests look at it. */
export interface ImageView {
  readonly placeholder: { thumbhash: string; color: string } | null;
  readonly id: string;
  readonly status: string;
  readonly filename: string;
  readonly batchId: string | null;
  readonly attempt: number;
  readonly worker: string | null;
  readonly error: { code: string; message: string; retryable: boolean } | null;
  readonly original: {
    format: string;
    width: number;
    height: number;
    bytes: number;
    sha256: string;
    url: string;
  } | null;
  readonly variants: readonly {
    name: string;
    status: string;
    format: string;
    width: number;
    height: number;
    bytes: number;
    url: string;
    error?: { code: string };
  }[];
}

export interface UploadFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** `curl -F file=@… URL/upload`, with further fields. */
export async function upload(
  url: string,
  files: UploadFile | readonly UploadFile[],
  fields: Readonly<Record<string, string>> = {},
  path = "/upload",
): Promise<Response> {
  const form = new FormData();
  for (const { name, content } of [files].flat() as UploadFile[]) {
    form.append("file", new Blob([new Uint8Array(content)]), name);
  }
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return fetch(`${url}${path}`, { method: "POST", body: form });
}

/** Uploads and insists on the 202. */
export async function accepted(
  url: string,
  file: UploadFile,
  fields: Readonly<Record<string, string>> = {},
): Promise<ImageView> {
  const response = await upload(url, file, fields);
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as ImageView;
}

/** The image once it is final; throws when that takes longer than a minute. */
export async function finalImage(url: string, id: string): Promise<ImageView> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const response = await fetch(`${url}/v1/images/${id}?wait=30`);
    const image = (await response.json()) as ImageView;
    if (response.status !== 200) throw new Error(`${response.status}: ${JSON.stringify(image)}`);
    if (!["queued", "processing"].includes(image.status)) return image;
    if (performance.now() > deadline) throw new Error(`still ${image.status}`);
  }
}

export async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await response.arrayBuffer());
}
