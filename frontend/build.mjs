// Builds everything under src/nabz/web/static that comes from npm: the style sheet, the font, htmx and Swagger UI.
// What is written here by hand (nabz.js, the logo, the icons) lives in that folder already and is left alone.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import subsetFont from "subset-font";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const target = join(here, "..", "src", "nabz", "web", "static");

const copies = [
  ["htmx.org/dist/htmx.min.js", "htmx.min.js"],
  ["htmx.org/LICENSE", "htmx.LICENSE.txt"],
  ["vazirmatn/OFL.txt", "fonts/Vazirmatn.OFL.txt"],
  ["swagger-ui-dist/swagger-ui-bundle.js", "swagger/swagger-ui-bundle.js"],
  ["swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt", "swagger/swagger-ui-bundle.js.LICENSE.txt"],
  ["swagger-ui-dist/swagger-ui.css", "swagger/swagger-ui.css"],
  ["swagger-ui-dist/LICENSE", "swagger/LICENSE"],
  ["swagger-ui-dist/NOTICE", "swagger/NOTICE"],
];

// The letters that Persian pages need: Latin, Arabic with its marks, the four Persian letters, three kinds of digits,
// and the joiners. Rare letters (Urdu, Pashto) fall back to the system's font.
const letterRanges = [
  [0x20, 0x7e], [0xa0, 0xa0], [0xa9, 0xab], [0xb0, 0xb0], [0xb5, 0xb7], [0xbb, 0xbb], [0xd7, 0xd7], [0xf7, 0xf7],
  [0x60c, 0x60c], [0x61b, 0x61b], [0x61f, 0x61f], [0x621, 0x63a], [0x640, 0x655], [0x660, 0x66c], [0x670, 0x670],
  [0x67e, 0x67e], [0x686, 0x686], [0x698, 0x698], [0x6a9, 0x6a9], [0x6af, 0x6af], [0x6c0, 0x6c0], [0x6cc, 0x6cc],
  [0x6f0, 0x6f9], [0x200c, 0x200f], [0x2010, 0x2015], [0x2018, 0x201e], [0x2022, 0x2022], [0x2026, 0x2026],
  [0x2039, 0x203a], [0x2190, 0x2193], [0x2212, 0x2212], [0xfdfc, 0xfdfc],
];

function letters() {
  const points = letterRanges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, step) => first + step));
  return String.fromCodePoint(...points);
}

async function font() {
  const whole = readFileSync(join(modules, "vazirmatn/fonts/webfonts/Vazirmatn[wght].woff2"));
  const part = await subsetFont(whole, letters(), {
    targetFormat: "woff2",
    variationAxes: { wght: { min: 400, max: 800 } },
  });
  writeFileSync(join(target, "fonts/Vazirmatn.woff2"), part);
}

function styles() {
  const tailwind = join(modules, "@tailwindcss/cli/dist/index.mjs");
  const args = ["-i", join(here, "css/nabz.css"), "-o", join(target, "nabz.css"), "--minify"];
  execFileSync(process.execPath, [tailwind, ...args], { cwd: here, stdio: "inherit" });
}

function report(...names) {
  for (const name of names) console.log(`${name}: ${(statSync(join(target, name)).size / 1024).toFixed(1)} KiB`);
}

mkdirSync(join(target, "fonts"), { recursive: true });
mkdirSync(join(target, "swagger"), { recursive: true });
for (const [from, to] of copies) copyFileSync(join(modules, from), join(target, to));
await font();
styles();
report("nabz.css", "fonts/Vazirmatn.woff2", "htmx.min.js", "swagger/swagger-ui-bundle.js", "swagger/swagger-ui.css");
