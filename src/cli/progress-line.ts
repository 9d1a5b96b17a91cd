const barLength = 24;
const redrawMs = 100;

/**
 * One line on a terminal that says how far the work is. Own code rather than a package: what there is draws
 * lists, spinners and several bars, and one line that is written over needs none of it. Elsewhere it is silent.
 */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number;
  readonly #startedAt = performance.now();
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(stream: NodeJS.WriteStream, total: number) {
    this.#stream = stream;
    this.#total = total;
  }

  update(done: number, failed: number): void {
    const now = performance.now();
    if (!this.#stream.isTTY || now - this.#drawnAt < redrawMs) return;
    this.#drawnAt = now;
    const text = progressText({ total: this.#total, done, failed, seconds: (now - this.#startedAt) / 1000 });
    this.#stream.write(`\r\u001b[K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
  }

  /** Leaves the line empty, for what is printed next. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write("\r\u001b[K");
  }
}

/** `seconds`: since the start. */
export function progressText(at: { total: number; done: number; failed: number; seconds: number }): string {
  const { total, done, failed, seconds } = at;
  const ended = done + failed;
  const filled = Math.round((ended / total) * barLength);
  const bar = `[${"#".repeat(filled)}${".".repeat(barLength - filled)}]`;
  const parts = [`${bar} ${ended}/${total}`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (ended > 0 && seconds > 0) {
    const rate = ended / seconds;
    parts.push(`${rate.toFixed(1)} images/s`, `${Math.ceil((total - ended) / rate)} s left`);
  }
  return parts.join("  ");
}
