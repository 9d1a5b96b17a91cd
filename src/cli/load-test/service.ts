import { z } from "zod";

const probeMs = 10_000;

/** An Image, as far as a load test looks at it; another version of the service may say more. */
export const imageAnswer = z.object({
  id: z.string(),
  status: z.string(),
  worker: z.string().nullish(),
  error: z.object({ code: z.string(), message: z.string() }).nullish(),
});

export type ImageAnswer = z.output<typeof imageAnswer>;

/** Why something did not work: a code to count by, a sentence for a person. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

export interface Call {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
}

/** The service under test, wherever it is. */
export class Service {
  /** Without a slash at its end. */
  readonly url: string;
  readonly #authorization: Readonly<Record<string, string>>;

  constructor(url: string, apiKey: string | undefined) {
    this.url = url.replace(/\/+$/, "");
    this.#authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  }

  /** A redirect is an answer like others: followed, a POST would become a GET. */
  call(path: string, { headers, ...call }: Call): Promise<Response> {
    return fetch(this.url + path, {
      ...call,
      redirect: "manual",
      headers: { accept: "application/json", ...headers, ...this.#authorization },
    });
  }

  /** Rejects, in one sentence, when nothing answers here, or not as Pixmill does. */
  async check(signal: AbortSignal): Promise<void> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(probeMs)]);
    const answer = await this.call("/v1/presets", { signal: deadline }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new Error(
        `${this.url} cannot be reached: ${connectionReason(error)}; --url says where the service is`,
      );
    });
    const body = await jsonOf(answer);
    if (answer.ok && Array.isArray(body)) return;
    const location = answer.headers.get("location");
    if (location !== null)
      throw new Error(`${this.url} leads to ${location}: give the address behind it as --url`);
    if (answer.status === 401 || answer.status === 403) {
      throw new Error(
        `${this.url} wants an API key (${answer.status}): --api-key env:NAME or --api-key file:PATH`,
      );
    }
    const refusal = failureOf(answer.status, body);
    throw new Error(`${this.url} does not answer as Pixmill does: ${refusal.message} (${answer.status})`);
  }
}

/** The body, or `undefined` where it is no JSON. */
export async function jsonOf(answer: Response): Promise<unknown> {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const problem = z.object({ code: z.string(), detail: z.string() });

/** What a refusal says of itself; a proxy's has only its status. */
export function failureOf(status: number, body: unknown): Failure {
  const said = problem.safeParse(body);
  if (said.success) return { code: said.data.code, message: said.data.detail };
  return { code: `http_${status}`, message: "the answer is not one of Pixmill's" };
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name cannot be looked up",
  TimeoutError: "there was no answer in time",
};

/** Fetch itself says only that it failed; why is in its causes. */
export function connectionReason(error: unknown): string {
  let reason = "";
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = "code" in at ? String(at.code) : at.name;
    reason = reasons[code] ?? (at.message || reason);
  }
  return reason;
}
