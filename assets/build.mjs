// Builds everything that the browser loads into outreach/static/dist: one style sheet, the scripts,
// the font and the icon sprite, and manifest.json, which names a short hash of each file for `?v=`.

import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, watch, writeFileSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const dist = join(root, "outreach/static/dist");
const drawings = join(here, "node_modules/@tabler/icons/icons/outline");

const filesUnder = (folder, suffix) =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return entry.name === "static" ? [] : filesUnder(path, suffix);
        return extname(path) === suffix ? [path] : [];
      })
    : [];

// Names that somebody wrote down: `icon("name")` anywhere, and every line of icons.txt. Each must exist.
const namedIcons = (templates, sources) => {
  const listed = readFileSync(join(here, "icons.txt"), "utf8").split("\n").map((line) => line.trim());
  const names = new Map(listed.filter((line) => line && !line.startsWith("#")).map((name) => [name, "assets/icons.txt"]));
  for (const path of [...templates, ...sources])
    for (const [, name] of readFileSync(path, "utf8").matchAll(/\bicon\(\s*["']([a-z0-9-]+)["']/g)) names.set(name, path);
  for (const [name, path] of names)
    if (!existsSync(join(drawings, `${name}.svg`)))
      throw new Error(`There is no icon "${name}" (named in ${relative(root, path)}). See tabler.io/icons for the names.`);
  return names.keys();
};

// Names that are passed through a macro or a Python list: every quoted word that happens to be an icon.
const perhapsIcons = (templates, sources) => {
  const words = new Set();
  const collect = (text) => {
    for (const [, word] of text.matchAll(/["']([a-z0-9]+(?:-[a-z0-9]+)*)["']/g)) words.add(word);
  };
  for (const path of templates)
    for (const [tag] of readFileSync(path, "utf8").matchAll(/\{[{%][\s\S]*?[%}]\}/g)) collect(tag);
  for (const path of sources) collect(readFileSync(path, "utf8"));
  return [...words].filter((word) => existsSync(join(drawings, `${word}.svg`)));
};

const sprite = (names) => {
  const symbols = names.map((name) => {
    const inner = readFileSync(join(drawings, `${name}.svg`), "utf8").replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
};

const hash = (path) => createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 10);

const run = async () => {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const shared = { absWorkingDir: here, bundle: true, minify: true, outdir: dist, logLevel: "warning", target: "es2022" };
  await build({ ...shared, entryPoints: { app: "css/app.css" }, loader: { ".woff2": "file" }, assetNames: "[name]-[hash]" });
  await build({ ...shared, entryPoints: { app: "js/app.js", board: "js/board.js" }, format: "esm", splitting: true, chunkNames: "shared-[hash]" });
  await build({ ...shared, entryPoints: { theme: "js/theme.js" }, format: "iife" });

  copyFileSync(join(here, "mark.svg"), join(dist, "mark.svg"));
  const templates = filesUnder(join(root, "templates"), ".html");
  const sources = filesUnder(join(root, "outreach"), ".py");
  const icons = [...new Set([...namedIcons(templates, sources), ...perhapsIcons(templates, sources)])].sort();
  writeFileSync(join(dist, "icons.svg"), sprite(icons));

  const files = Object.fromEntries(readdirSync(dist).sort().map((name) => [name, hash(join(dist, name))]));
  writeFileSync(join(dist, "manifest.json"), JSON.stringify({ files, icons }, null, 1) + "\n");
  const sizes = Object.keys(files).map((name) => `${name} ${(statSync(join(dist, name)).size / 1000).toFixed(1)} kB`);
  console.log(`${sizes.join(", ")}; ${icons.length} icons`);
};

await run();

if (process.argv.includes("--watch")) {
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => run().catch((error) => console.error(error.message)), 150);
  };
  for (const folder of ["css", "js"]) watch(join(here, folder), { recursive: true }, again);
  watch(join(root, "templates"), { recursive: true }, again);
}
