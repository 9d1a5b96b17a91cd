import type { Socket } from "node:net";

/**
 * Knows which connections have a request in hand, so that closing the server ends the others at once and each
 * busy one after its last answer.
 *
 * Node's `closeIdleConnections` keeps the connections that never sent a request (browsers open such in advance)
 * and those that become idle after `close`.
 */
export class ConnectionTracker {
  /** Requests in hand, of each open connection. */
  readonly #busy = new Map<Socket, number>();
  #closing = false;

  add(socket: Socket): void {
    this.#busy.set(socket, 0);
    socket.once("close", () => this.#busy.delete(socket));
  }

  begin(socket: Socket): void {
    this.#change(socket, 1);
  }

  end(socket: Socket): void {
    this.#change(socket, -1);
    if (this.#closing && this.#busy.get(socket) === 0) socket.destroySoon();
  }

  closeIdle(): void {
    this.#closing = true;
    for (const [socket, requests] of this.#busy) {
      if (requests === 0) socket.destroySoon();
    }
  }

  #change(socket: Socket, by: number): void {
    const requests = this.#busy.get(socket);
    if (requests !== undefined) this.#busy.set(socket, requests + by);
  }
}
