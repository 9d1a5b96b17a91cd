/** 128 random bits as text. `crypto.randomUUID` exists only on secure origins; a service on a local network is none. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
