import { getSettings } from "../api/operations.ts";

interface UploadRules {
  readonly maxFileBytes: number;
  /** Names of the formats that are read. */
  readonly formats: ReadonlySet<string>;
}

let asked: Promise<UploadRules | null> | undefined;

/** What the service takes, as it says itself; `null` when it does not answer just now. Asked for until it answers. */
export function uploadRules(): Promise<UploadRules | null> {
  asked ??= ask().catch(() => {
    asked = undefined;
    return null;
  });
  return asked;
}

async function ask(): Promise<UploadRules> {
  const { limits } = await getSettings();
  return { maxFileBytes: limits.maxFileBytes, formats: new Set(limits.formats.map(({ name }) => name)) };
}
