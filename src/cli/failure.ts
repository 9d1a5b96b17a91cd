/** What a shell learns of a command; the last two are those of a program that SIGINT or SIGPIPE ends. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130, unread: 141 } as const;

/** One line for a person: what was thrown and what caused it, without a stack and without line breaks. */
export function failureLine(failure: unknown): string {
  const sentences: string[] = [];
  for (let at: unknown = failure; at !== undefined && at !== null; ) {
    const words = at instanceof Error ? at.message : String(at);
    if (words !== "" && !sentences.some((sentence) => sentence.includes(words))) sentences.push(words);
    at = at instanceof Error ? at.cause : undefined;
  }
  return sentences
    .map((sentence, index) => (index < sentences.length - 1 ? sentence.replace(/\.$/, "") : sentence))
    .join(": ")
    .replace(/^error: /, "")
    .replaceAll(/\s*[\r\n]+\s*/g, " ")
    .trim();
}

/** The command was called wrongly; the message says how to call it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
