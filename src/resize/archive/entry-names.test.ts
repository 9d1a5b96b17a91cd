import { expect, it } from "vitest";
import { EntryNames } from "./entry-names.ts";

const thumb = ["-thumb.jpg"];

it("keeps the names of images, whatever their script", () => {
  const names = new EntryNames();
  expect(names.take("My cat.JPG", ["-thumb.jpg", "-large.webp"])).toEqual([
    "My cat-thumb.jpg",
    "My cat-large.webp",
  ]);
  expect(names.take("фото.png", thumb)).toEqual(["фото-thumb.jpg"]);
});

it("gives each name once, also where upper and lower case are the same", () => {
  const names = new EntryNames();
  const given = ["cat.jpg", "CAT.png", "cat.webp", "cat (2).jpg"].flatMap((name) => names.take(name, thumb));
  expect(given).toEqual(["cat-thumb.jpg", "CAT (2)-thumb.jpg", "cat (3)-thumb.jpg", "cat (2) (2)-thumb.jpg"]);
  expect(new EntryNames().take("nothing.jpg", [])).toEqual([]);
});

it("tells ten thousand of one name apart in no time", () => {
  const names = new EntryNames();
  const given = Array.from({ length: 10_000 }, () => names.take("cat.jpg", thumb)).flat();
  expect(new Set(given).size).toBe(10_000);
});

it("gives no name that leaves its folder, hides, or that a system refuses", () => {
  const names = new EntryNames();
  const bad = [
    "../../etc/passwd",
    "..",
    ".hidden.jpg",
    "C:\\x.jpg",
    "a:b*c?.jpg",
    "con.jpg",
    "LPT1",
    "x. .jpg",
    "\0.jpg",
    "a\u202egpj.exe",
  ];
  for (const name of bad.flatMap((given) => names.take(given, thumb))) {
    expect(name).toMatch(/^[^.][^<>:"/\\|?*\p{Cc}\u202e]*-thumb\.jpg$/u);
    expect(name).not.toMatch(/^(con|lpt1)[.-]/i);
  }
  const [long] = names.take(`${"語".repeat(200)}.jpg`, thumb);
  expect(Buffer.byteLength(long ?? "")).toBeLessThan(140);
});
