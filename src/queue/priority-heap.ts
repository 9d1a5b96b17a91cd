interface Node<T> {
  readonly value: T;
  readonly priority: number;
  readonly sequence: number;
}

/** A binary heap: the smallest priority first, and first come first served within one priority. */
export class PriorityHeap<T> {
  readonly #nodes: Node<T>[] = [];
  readonly #priorityOf: (value: T) => number;
  #sequence = 0;

  constructor(priorityOf: (value: T) => number) {
    this.#priorityOf = priorityOf;
  }

  get size(): number {
    return this.#nodes.length;
  }

  push(value: T): void {
    this.#nodes.push({ value, priority: this.#priorityOf(value), sequence: this.#sequence++ });
    this.#rise(this.#nodes.length - 1);
  }

  pop(): T | undefined {
    const first = this.#nodes[0];
    const last = this.#nodes.pop();
    if (first === undefined || last === undefined) return undefined;
    if (this.#nodes.length > 0) {
      this.#nodes[0] = last;
      this.#sink(0);
    }
    return first.value;
  }

  #before(a: number, b: number): boolean {
    const [left, right] = [this.#nodes[a], this.#nodes[b]];
    if (!left || !right) return left !== undefined;
    return left.priority === right.priority ? left.sequence < right.sequence : left.priority < right.priority;
  }

  #swap(a: number, b: number): void {
    const [left, right] = [this.#nodes[a], this.#nodes[b]];
    if (left && right) [this.#nodes[a], this.#nodes[b]] = [right, left];
  }

  #rise(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#before(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(start: number): void {
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const child = this.#before(right, left) && right < this.#nodes.length ? right : left;
      if (child >= this.#nodes.length || !this.#before(child, index)) return;
      this.#swap(index, child);
      index = child;
    }
  }
}
