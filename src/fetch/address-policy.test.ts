import { describe, expect, it } from "vitest";
import { insideAddresses } from "../../test/support/inside-addresses.ts";
import { type AddressPolicy, checkAddress, checkResolved } from "./address-policy.ts";

const strict: AddressPolicy = { allowPrivate: false };
const closedNetwork: AddressPolicy = { allowPrivate: true };

describe("an address that leads inside is refused, whatever its spelling", () => {
  it.each(insideAddresses)("%s", (address, sentence) => {
    expect(() => checkAddress(address, strict)).toThrow(sentence);
  });

  it("when it is the target of a redirect, too", () => {
    const base = new URL("https://example.com/cat.jpg");
    for (const [address, sentence] of insideAddresses) {
      // `http:127.0.0.1` is an address by itself, and a path beside another http address.
      expect(() => checkAddress(address, strict, base), address).toThrow(sentence);
    }
  });
});

describe("an address must be one of the web", () => {
  it.each([
    ["not a url", "The address is not a URL."],
    ["http://", "The address is not a URL."],
    ["http://256.0.0.1/", "The address is not a URL."],
    ["file:///etc/passwd", "must begin with http:// or https://"],
    ["data:image/png;base64,iVBOR", "must begin with http:// or https://"],
    ["ftp://example.com/", "must begin with http:// or https://"],
    ["gopher://example.com/", "must begin with http:// or https://"],
    ["https://user@example.com/", "must not carry a user name"],
    ["https://:secret@example.com/", "must not carry a user name"],
    ["https://example.com:22/", "must be on port 80 or 443"],
    ["http://example.com:6379/", "must be on port 80 or 443"],
  ])("%s", (address, sentence) => {
    expect(() => checkAddress(address, strict)).toThrow(sentence);
  });

  it.each([
    ["http://example.com/cat.jpg", "http://example.com/cat.jpg"],
    ["https://example.com:443/cat.jpg#top", "https://example.com/cat.jpg"],
    ["http://example.com:443/", "http://example.com:443/"],
    ["https://93.184.215.14/", "https://93.184.215.14/"],
    [
      "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
      "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
    ],
    ["https://[64:ff9b::93.184.215.14]/", "https://[64:ff9b::5db8:d70e]/"],
    ["https://[::ffff:93.184.215.14]/", "https://[::ffff:5db8:d70e]/"],
  ])("%s is allowed", (address, normal) => {
    expect(checkAddress(address, strict).href).toBe(normal);
  });
});

describe("where private addresses are allowed", () => {
  it.each([
    "http://127.0.0.1:8080/",
    "http://localhost:9000/",
    "http://[::1]:8080/",
    "http://10.0.0.1/",
    "http://[fd12:3456::1]/",
    "http://100.64.0.1/",
    "http://minio.internal:9000/",
  ])("%s is allowed", (address) => {
    expect(checkAddress(address, closedNetwork).hostname).not.toBe("");
  });

  it.each([
    "http://169.254.169.254/",
    "http://[fd00:ec2::254]/",
    "http://100.100.100.200/",
    "http://metadata.google.internal/",
    "http://169.254.1.1/",
    "http://224.0.0.1/",
    "http://0.0.0.0/",
    "http://user@10.0.0.1/",
    "file:///etc/passwd",
  ])("%s is refused all the same", (address) => {
    expect(() => checkAddress(address, closedNetwork)).toThrow("The address");
  });
});

describe("a list of hosts", () => {
  const listed: AddressPolicy = { allowPrivate: false, hosts: ["img.example.com", "*.Example.org"] };

  it.each(["https://img.example.com/a", "https://IMG.example.com./a", "https://a.b.example.org/"])(
    "lets in %s",
    (address) => {
      expect(checkAddress(address, listed).protocol).toBe("https:");
    },
  );

  it.each([
    "https://example.com/",
    "https://a.img.example.com/",
    "https://example.org/",
    "https://notexample.org/",
    "https://img.example.com.evil.net/",
    "https://93.184.215.14/",
  ])("keeps out %s", (address) => {
    expect(() => checkAddress(address, listed)).toThrow("not on the list");
  });

  it("opens no private address", () => {
    expect(() => checkAddress("http://127.0.0.1/", { ...listed, hosts: ["127.0.0.1"] })).toThrow(
      "The address leads to the machine itself.",
    );
  });
});

describe("what a name stands for", () => {
  it("is refused when one address among good ones is bad", () => {
    const good = ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"];
    expect(() => checkResolved(good, strict)).not.toThrow();
    for (const bad of ["127.0.0.1", "::1", "::ffff:10.0.0.1", "fe80::1%eth0"]) {
      expect(() => checkResolved([...good, bad], strict)).toThrow("The address leads to");
    }
  });
});
