const barLength = 24;
const redrawMs = 100;

/**
 * One line on a terminal that says how far the work is. Own code rather than a package: what there is draws
 * lists, spinners and several bars, and one line that is written over needs none of it. Elsewhere it is silent.
 */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  #total: number;
  readonly #unit: string;
  readonly #startedAt = performance.now();
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(stream: NodeJS.WriteStream, total: number, unit = "images") {
    this.#stream = stream;
    this.#total = total;
    this.#unit = unit;
  }

  /** `total`: where there is more to do than was known before. */
  update(done: number, failed: number, total = this.#total): void {
    this.#total = total;
    const now = performance.now();
    if (!this.#stream.isTTY || now - this.#drawnAt < redrawMs) return;
    this.#drawnAt = now;
    const seconds = (now - this.#startedAt) / 1000;
    const text = progressText({ total, done, failed, seconds, unit: this.#unit });
    this.#stream.write(`\r\u001b[K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
  }

  /** Leaves the line empty, for what is printed next. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write("\r\u001b[K");
  }
}

interface Progress {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** Since the start. */
  readonly seconds: number;
  readonly unit: string;
}

export function progressText({ total, done, failed, seconds, unit }: Progress): string {
  const ended = done + failed;
  // A total can be unknown, or prove too small.
  const filled = total > 0 ? Math.min(barLength, Math.round((ended / total) * barLength)) : 0;
  const bar = `[${"#".repeat(filled)}${".".repeat(barLength - filled)}]`;
  const parts = [`${bar} ${shown(ended)}/${shown(total)}`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (ended > 0 && seconds > 0) {
    const rate = ended / seconds;
    parts.push(`${rate.toFixed(1)} ${unit}/s`, `${Math.max(0, Math.ceil((total - ended) / rate))} s left`);
  }
  return parts.join("  ");
}

function shown(amount: number): string {
  return Number.isInteger(amount) ? String(amount) : amount.toFixed(1);
}
