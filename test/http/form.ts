/** A multipart body written by hand, to be wrong in chosen ways. */
export const boundary = "----boundary";
export const formType = `multipart/form-data; boundary=${boundary}`;

export function filePart(content: Uint8Array, options: { name?: string; filename?: string } = {}): Buffer {
  const { name = "file", filename = "cat.png" } = options;
  return part(`form-data; name="${name}"; filename="${filename}"`, content);
}

export function fieldPart(name: string, value: string): Buffer {
  return part(`form-data; name="${name}"`, Buffer.from(value));
}

export function form(...parts: Buffer[]): Buffer<ArrayBuffer> {
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
}

function part(disposition: string, content: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`--${boundary}\r\nContent-Disposition: ${disposition}\r\n\r\n`),
    content,
    Buffer.from("\r\n"),
  ]);
}
