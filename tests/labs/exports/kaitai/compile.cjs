// Compiles Kaitai Struct files with the published compiler.
//
//     node compile.cjs FOLDER LANGUAGE OUT
'use strict';

const fs = require('fs');
const path = require('path');
const compiler = require('kaitai-struct-compiler');
const yaml = require('js-yaml');

const [folder, language, out] = process.argv.slice(2);

async function main() {
  fs.mkdirSync(out, { recursive: true });
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.ksy'));
  for (const name of names) {
    const spec = yaml.load(fs.readFileSync(path.join(folder, name), 'utf8'));
    if (spec.meta.id + '.ksy' !== name || spec.meta.license !== 'MIT OR Apache-2.0 OR CC0-1.0' || !spec.meta.title) {
      throw new Error(`${name}: wrong meta`);
    }
    const files = await compiler.compile(language, spec, null, false);
    for (const [file, text] of Object.entries(files)) {
      const to = path.join(out, file);
      fs.mkdirSync(path.dirname(to), { recursive: true });
      fs.writeFileSync(to, text);
    }
  }
  // Code that the compiled files call.
  for (const name of fs.readdirSync(folder).filter((name) => /\.(py|js)$/.test(name))) {
    fs.copyFileSync(path.join(folder, name), path.join(out, name));
  }
}

main().catch((error) => {
  console.error(error.message || String(error));
  process.exit(1);
});
