/** One request of the tus protocol, as its specification writes it. */
export async function tus(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>> = {},
  body?: Uint8Array,
): Promise<Response> {
  return await fetch(url, {
    method,
    headers: {
      "tus-resumable": "1.0.0",
      ...(method === "PATCH" && { "content-type": "application/offset+octet-stream" }),
      ...headers,
    },
    ...(body && { body: new Uint8Array(body) }),
  });
}

/** An `Upload-Metadata` header. */
export function metadataOf(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`)
    .join(",");
}

/** Begins an upload and insists on the 201; resolves to its address. */
export async function beginUpload(
  url: string,
  length: number,
  metadata: Readonly<Record<string, string>> = { filename: "cat.jpg" },
): Promise<string> {
  const response = await tus(`${url}/v1/uploads`, "POST", {
    "upload-length": String(length),
    "upload-metadata": metadataOf(metadata),
  });
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  return new URL(response.headers.get("location") ?? "", url).href;
}

export async function sendPart(address: string, offset: number, part: Uint8Array): Promise<Response> {
  return await tus(address, "PATCH", { "upload-offset": String(offset) }, part);
}

/** Where the upload stands. */
export async function offsetOf(address: string): Promise<number> {
  const response = await tus(address, "HEAD");
  if (response.status !== 200) throw new Error(String(response.status));
  return Number(response.headers.get("upload-offset"));
}
