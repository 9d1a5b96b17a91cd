import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";
import { PixmillError } from "../errors.ts";
import { problemText } from "./client-fault.ts";
import { ConnectionTracker } from "./connection-tracker.ts";

const headersTimeoutMs = 20_000;

/**
 * Node's server, with its own shortcuts switched off, so that every refusal is a problem document, and with
 * connections that do not outlive `close`.
 *
 * Whole requests have no deadline: an upload may take as long as it is alive (`body-pace.ts` judges that).
 */
export function createHttpServer(listener: RequestListener): Server {
  const server = createServer({
    headersTimeout: headersTimeoutMs,
    requestTimeout: 0,
    // Longer than load balancers keep theirs (60 s): else they send a request into a closing connection.
    keepAliveTimeout: 72_000,
    connectionsCheckingInterval: 5_000,
    // Node would answer a missing Host with an empty 400; `body-rules.ts` says it in words.
    requireHostHeader: false,
  });
  const connections = new ConnectionTracker();
  server.on("connection", (socket) => connections.add(socket));
  server.on("request", (request, response) => {
    connections.begin(request.socket);
    response.once("close", () => connections.end(request.socket));
  });
  server.on("request", listener);
  // A client that asks first is refused before it sends the file, or told to go on once a route reads the body.
  server.on("checkContinue", (request, response) => server.emit("request", request, response));
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  server.on("connect", (_request: IncomingMessage, socket: Socket) => {
    socket.end(problemText(new PixmillError("method_not_allowed")));
  });
  const close = server.close.bind(server);
  server.close = (done) => {
    connections.closeIdle();
    return close(done);
  };
  return server;
}
