/** One event of a server-sent-event stream. */
export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** Reads `/v1/events` until it is closed, as a browser's EventSource does, but cut off when the test says so. */
export class EventReader {
  readonly events: StreamEvent[] = [];
  readonly #abort = new AbortController();

  static async open(url: string, options: { readonly lastEventId?: string; readonly query?: string } = {}) {
    const reader = new EventReader();
    const { lastEventId, query = "" } = options;
    const response = await fetch(`${url}/v1/events${query}`, {
      headers: lastEventId === undefined ? {} : { "last-event-id": lastEventId },
      signal: reader.#abort.signal,
    });
    if (response.status !== 200 || !response.body) throw new Error(`${response.status}`);
    reader.#read(response.body).catch(() => {}); // cut off
    return reader;
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = "";
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split("\n")) {
      const colon = line.indexOf(": ");
      if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2));
    }
    const [id, type, data] = [fields.get("id"), fields.get("event"), fields.get("data")];
    if (id !== undefined && type !== undefined)
      this.events.push({ id, type, data: JSON.parse(data ?? "{}") });
  }
}
