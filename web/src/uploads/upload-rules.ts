import { serviceUrl } from "../service/api.ts";

interface UploadRules {
  /** `null` when the service did not say. */
  readonly maxFileBytes: number | null;
}

let asked: Promise<UploadRules> | undefined;

/** What the service takes, as it says itself (`Tus-Max-Size` of the tus protocol). Asked for once, when it answers. */
export function uploadRules(): Promise<UploadRules> {
  asked ??= ask().catch(() => {
    asked = undefined;
    return { maxFileBytes: null };
  });
  return asked;
}

async function ask(): Promise<UploadRules> {
  const { headers } = await fetch(serviceUrl("/v1/uploads"), { method: "OPTIONS" });
  const size = Number(headers.get("tus-max-size"));
  return { maxFileBytes: size > 0 ? size : null };
}
