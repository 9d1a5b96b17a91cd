import { expect, test } from "vitest";
import { addressesIn, addressesOf, isWebAddress } from "./given-addresses.ts";

const transfer = (data: Record<string, string>) =>
  ({ getData: (type: string) => data[type] ?? "" }) as unknown as DataTransfer;

test("addresses stand between spaces and line ends", () => {
  expect(addressesIn(" https://a/1.jpg\nhttps://a/2.jpg  ")).toEqual(["https://a/1.jpg", "https://a/2.jpg"]);
  expect(addressesIn("  ")).toEqual([]);
});

test.each([
  ["https://example.com/cat.jpg", true],
  ["HTTP://example.com", true],
  ["ftp://example.com/cat.jpg", false],
  ["example.com/cat.jpg", false],
  ["https://", false],
  ["not", false],
])("%s is one of the web: %s", (text, isOne) => {
  expect(isWebAddress(text)).toBe(isOne);
});

test("a dropped link is taken without its comments, text that is more than addresses is not", () => {
  expect(addressesOf(transfer({ "text/uri-list": "# a cat\r\nhttps://a/1.jpg" }))).toEqual([
    "https://a/1.jpg",
  ]);
  expect(addressesOf(transfer({ "text/plain": "see https://a/1.jpg" }))).toEqual([]);
  expect(addressesOf(null)).toEqual([]);
});
