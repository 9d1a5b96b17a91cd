/** Text from a stranger for a terminal: control characters cannot forge a line, or move the cursor. */
export function visible(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "?");
}

/** Millions of bytes, as file managers show them. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`;
}

/** What a program reads. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A sentence about what went wrong with one of many; what is printed stays for what went right. */
export function complain(sentence: string): void {
  process.stderr.write(`pixmill: ${visible(sentence)}\n`);
}
