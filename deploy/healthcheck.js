// Exits with 0 when this container's process answers: an API on its port, a worker on the one of its metrics.
// Node.js asks, so the image needs no curl.
const ports = [process.env.PORT || 5000, process.env.PIXMILL_METRICS_PORT || 9464];
const signal = AbortSignal.timeout(8_000);
const answers = await Promise.allSettled(
  ports.map((port) => fetch(`http://127.0.0.1:${port}/livez`, { signal })),
);
process.exit(answers.some(({ value }) => value?.ok) ? 0 : 1);
