import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { OpenapiDocument, Operation } from "./document.ts";

/** Holds answers of the service against its OpenAPI document. */
export class AnswerCheck {
  readonly #document: OpenapiDocument;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #paths: readonly { readonly pattern: RegExp; readonly path: string }[];
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: OpenapiDocument) {
    this.#document = document;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(document, "openapi");
    this.#paths = Object.keys(document.paths).map((path) => ({
      path,
      pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`),
    }));
  }

  /** Rejects, in words, when the answer is not what the document says. Answers of other servers are not looked at. */
  async look(method: string, { pathname }: URL, answer: Response): Promise<void> {
    if (!answer.headers.has("x-request-id")) return;
    const type = answer.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
    const body = type?.endsWith("json") && method !== "HEAD" ? await jsonOf(answer.clone()) : undefined;
    const fault = this.#faultOf({ method, pathname, status: answer.status, type, body });
    if (fault) throw new Error(`${method} ${pathname} ${answer.status} ${type ?? ""}: ${fault}`);
  }

  #faultOf(answer: Answer): string | undefined {
    const path = this.#paths.find(({ pattern }) => pattern.test(answer.pathname))?.path;
    const methods = path === undefined ? undefined : this.#document.paths[path];
    const verb = answer.method.toLowerCase();
    const operation = methods?.[verb] ?? (verb === "head" ? methods?.get : undefined);
    if (path === undefined || !operation) return this.#faultOfStranger(answer);
    return this.#faultOfOperation(
      answer,
      operation,
      `/paths/${escaped(path)}/${methods?.[verb] ? verb : "get"}`,
    );
  }

  /** An address or a method that is none, and the pages for people. */
  #faultOfStranger({ type, body }: Answer): string | undefined {
    if (type !== "application/problem+json") return undefined;
    return this.#faultOfBody(body, "/components/schemas/Problem");
  }

  #faultOfOperation(answer: Answer, { responses }: Operation, at: string): string | undefined {
    const { status, type, body, method } = answer;
    const response = responses[status];
    if (!response) return `the document knows ${Object.keys(responses).join(", ")}`;
    const types = Object.keys(response.content ?? {});
    if (type === undefined || status === 304)
      return types.length > 0 && status < 300 && method !== "HEAD" ? "there is no content" : undefined;
    const known = types.find((candidate) =>
      new RegExp(`^${candidate.replace("*", ".+").replace("+json", "\\+json")}$`).test(type),
    );
    if (known === undefined) return `the document knows the types ${types.join(", ") || "none"}`;
    if (body === undefined) return undefined;
    return this.#faultOfBody(body, `${at}/responses/${status}/content/${escaped(known)}/schema`);
  }

  #faultOfBody(body: unknown, pointer: string): string | undefined {
    const validate = this.#validators.get(pointer) ?? this.#ajv.compile({ $ref: `openapi#${pointer}` });
    this.#validators.set(pointer, validate);
    return validate(body) ? undefined : this.#ajv.errorsText(validate.errors, { dataVar: "body" });
  }
}

interface Answer {
  readonly method: string;
  readonly pathname: string;
  readonly status: number;
  /** The media type without its parameters. */
  readonly type: string | undefined;
  /** What the JSON says; `undefined` for every other type. */
  readonly body: unknown;
}

/** A JSON that was cut off is the test's own business. */
async function jsonOf(answer: Response): Promise<unknown> {
  const text = await answer.text().catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/** For a JSON pointer in the fragment of an address. */
function escaped(name: string): string {
  return encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
}
