// Compresses what was built, measures the first load of each page against its
// budget, and fails when one is over it.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const kilobytes = 1024;
const budgets = { 'signin.html': 1000, 'desk.html': 2000, 'console.html': 2000 }; // kB of gzip

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));
const packed = new Map();
for (const name of [...readdirSync('dist/assets').map((f) => `assets/${f}`), ...Object.keys(budgets)]) {
  const data = readFileSync(`dist/${name}`);
  const gz = gzipSync(data, { level: 9 });
  packed.set(name, gz.length);
  if (gz.length < data.length) writeFileSync(`dist/${name}.gz`, gz);
}
rmSync('dist/.vite', { recursive: true });

// load is the files that a page asks for before it shows anything.
function load(key, files = new Set()) {
  const chunk = manifest[key];
  if (files.has(chunk.file)) return files;
  files.add(chunk.file);
  for (const f of [...(chunk.css ?? []), ...(chunk.assets ?? [])]) files.add(f);
  for (const k of chunk.imports ?? []) load(k, files);
  return files;
}

let over = false;
for (const [page, budget] of Object.entries(budgets)) {
  const size = [page, ...load(page)].reduce((sum, f) => sum + (packed.get(f) ?? 0), 0) / kilobytes;
  console.log(`${page.padEnd(14)} first load ${size.toFixed(0)} kB gzip, of at most ${budget}`);
  over ||= size > budget;
}
if (over) {
  console.error('a page is over its budget: split it, or load the heavy part when it is wanted');
  process.exit(1);
}
