import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";

type Handler = (incoming: IncomingMessage, answer: ServerResponse) => boolean;

const fronts = new Set<Server>();

/** Stands before the real service, as a proxy does; what `handle` has answered goes no further. */
export async function frontOf(
  url: string,
  handle: Handler,
  passed: (incoming: IncomingMessage, piece: Buffer) => void = () => {},
): Promise<string> {
  const server = createServer((incoming, answer) => {
    if (handle(incoming, answer)) return void incoming.resume();
    const { method, headers, url: path } = incoming;
    const onward = request(`${url}${path}`, { method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(answer);
      reply.on("data", (piece: Buffer) => passed(incoming, piece));
    });
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  fronts.add(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

export function answerWith(answer: ServerResponse, status: number, code: string, headers = {}): true {
  answer.writeHead(status, { "content-type": "application/problem+json", ...headers });
  answer.end(JSON.stringify({ status, code, detail: `This is ${code}.` }));
  return true;
}

export function closeFronts(): void {
  for (const front of fronts) {
    front.close();
    front.closeAllConnections();
  }
  fronts.clear();
}
