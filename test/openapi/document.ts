/** The OpenAPI document, as far as tests look at it. */
export interface OpenapiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export interface Operation {
  readonly operationId?: string;
  readonly description?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

type Examples = Readonly<Record<string, { readonly value: unknown }>>;

type Content = Readonly<
  Record<string, { readonly schema?: object; readonly example?: unknown; readonly examples?: Examples }>
>;

declare module "vitest" {
  interface ProvidedContext {
    openapi: OpenapiDocument;
  }
}
