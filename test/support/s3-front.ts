import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { pipeline, Transform } from "node:stream";

/** What can be wrong with an object store, or with the way to it. */
type Wrong =
  /** It answers 503 SlowDown at once. */
  | "slow down"
  /** It takes the request and never answers. */
  | "hang"
  /** It does what was asked for, and the connection is reset before its answer. */
  | "lose answer"
  /** The connection is reset in the middle of an object that comes or goes. */
  | "cut get"
  | "cut put"
  /** The object stops in the middle, and the connection stays. */
  | "stall get"
  | "stall put"
  /** One bit arrives as another. */
  | "corrupt get"
  | "corrupt put";

export interface S3Fault {
  readonly what: Wrong;
  /** Of those in the middle of an object: before or at which of its bytes, counted from 0. Shorter ones are spared. */
  readonly at?: number;
  /** Not each request, but each so-manieth. */
  readonly every?: number;
  /** So often, and then no more. */
  readonly times?: number;
  /** Only requests of this method. */
  readonly method?: string;
}

/** A fault that is there. */
export interface S3Strike {
  /** How many requests it has met. */
  readonly struck: number;
}

class Strike implements S3Strike {
  struck = 0;
  #met = 0;
  readonly fault: S3Fault;

  constructor(fault: S3Fault) {
    this.fault = fault;
  }

  meets({ method = "", url = "" }: IncomingMessage): boolean {
    const { what, every = 1, times = Number.POSITIVE_INFINITY, method: only = method } = this.fault;
    const isObject = !new URL(url, "http://s3").searchParams.has("list-type");
    if (only !== method || this.struck >= times) return false;
    if (what.endsWith(" get") && !(method === "GET" && isObject)) return false;
    if (what.endsWith(" put") && method !== "PUT") return false;
    this.#met += 1;
    return this.#met % every === 0;
  }
}

/** A request that was made. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  /** Milliseconds, by `performance.now()`. */
  readonly at: number;
}

/**
 * Stands before an S3 server and does to requests what a bad day does. The `Host` that the client signed goes through,
 * and so do the bytes of everything that no fault meets.
 */
export class S3Front {
  readonly asked: Asked[] = [];
  readonly #listener: Server;
  readonly #target: string;
  readonly #agent = new Agent({ keepAlive: true });
  #strikes: readonly Strike[] = [];

  private constructor(listener: Server, target: string) {
    this.#listener = listener;
    this.#target = target;
    listener.keepAliveTimeout = 120_000;
    listener.requestTimeout = 0;
    listener.on("request", (incoming, answer) => this.#pass(incoming, answer));
  }

  static async of(target: string): Promise<S3Front> {
    const listener = createServer().listen(0, "127.0.0.1");
    await once(listener, "listening");
    return new S3Front(listener, target);
  }

  get endpoint(): string {
    const address = this.#listener.address();
    if (address === null || typeof address === "string") throw new Error("the front is closed");
    return `http://127.0.0.1:${address.port}`;
  }

  /** From now on, besides what is wrong already. Of several that meet a request, the first has it. */
  break(fault: S3Fault): S3Strike {
    const strike = new Strike(fault);
    this.#strikes = [...this.#strikes, strike];
    return strike;
  }

  /** Nothing new goes wrong; what hangs goes on hanging, as a lost connection does. */
  heal(): void {
    this.#strikes = [];
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#listener.close();
    this.#listener.closeAllConnections();
    await once(this.#listener, "close");
  }

  #pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const { method = "", url = "", headers } = incoming;
    this.asked.push({ method, path: url, range: headers.range, at: performance.now() });
    const strike = this.#strikes.find((one) => one.meets(incoming));
    const what = strike?.fault.what;
    if (what === "slow down" || what === "hang") {
      if (strike) strike.struck += 1;
      if (what === "slow down") slowDown(incoming, answer);
      return;
    }
    const cut = () => incoming.socket.resetAndDestroy();
    const onward = request(`${this.#target}${url}`, { method, headers, agent: this.#agent }, (reply) => {
      if (strike && what === "lose answer") {
        strike.struck += 1;
        reply.resume();
        return cut();
      }
      answer.writeHead(reply.statusCode ?? 500, reply.headers);
      const bent = strike && what?.endsWith(" get") ? [bend(strike, cut)] : [];
      pipeline([reply, ...bent, answer], (error) => error && cut());
    });
    // Who cannot reach the server has no answer from it either.
    onward.on("error", cut);
    answer.on("close", () => onward.destroy());
    const bent = strike && what?.endsWith(" put") ? [bend(strike, cut)] : [];
    pipeline([incoming, ...bent, onward], () => {});
  }
}

function slowDown(incoming: IncomingMessage, answer: ServerResponse): void {
  incoming.resume();
  answer.writeHead(503, { "content-type": "application/xml" });
  answer.end(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>',
  );
}

/** What a fault in the middle of an object does to its bytes. */
function bend(strike: Strike, cut: () => void): Transform {
  const { what, at = 0 } = strike.fault;
  let seen = 0;
  return new Transform({
    transform(piece: Buffer, _encoding, next) {
      const here = at - seen;
      seen += piece.length;
      if (here < 0 || here >= piece.length) return next(null, piece);
      strike.struck += 1;
      if (what.startsWith("corrupt")) {
        const changed = Buffer.from(piece);
        changed.writeUInt8(changed.readUInt8(here) ^ 0x40, here);
        return next(null, changed);
      }
      this.push(piece.subarray(0, here));
      // What came before it arrives; then there is the reset, or nothing more.
      if (what.startsWith("cut")) setTimeout(cut, 20);
    },
  });
}
