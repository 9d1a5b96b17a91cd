/** The Batch of api.md, as far as tests look at it. */
export interface BatchSummary {
  readonly id: string;
  readonly status: string;
  readonly counts: Readonly<
    Record<"total" | "queued" | "processing" | "done" | "failed" | "cancelled", number>
  >;
}

/** Newest first. */
export async function listBatches(url: string): Promise<readonly BatchSummary[]> {
  const response = await fetch(`${url}/v1/batches`);
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return ((await response.json()) as { items: BatchSummary[] }).items;
}

/** File names of the images of a batch, sorted. */
export async function namesInBatch(url: string, batchId: string): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ batchId, limit: "200", ...(cursor && { cursor }) });
    const response = await fetch(`${url}/v1/images?${query}`);
    const page = (await response.json()) as { items: { filename: string }[]; nextCursor: string | null };
    names.push(...page.items.map(({ filename }) => filename));
    cursor = page.nextCursor;
  } while (cursor);
  return names.sort();
}
