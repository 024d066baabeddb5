// Runs one entry of the bundle with what V8 compiled of it before, which is a third of a start.
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

/** By then a process has done a bit of all that it does. */
const WARM_MS = 1_000;

module.exports = (file, entry) => {
  // Each entry compiles other parts of it.
  const cache = `${file}.${entry.replaceAll('/', '-')}.cache`;
  const cachedData = existsSync(cache) ? readFileSync(cache) : undefined;
  const source = readFileSync(file, 'utf8');
  const script = new Script(wrap(source), { filename: file, cachedData });
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, createRequire(file), bundle, file, dirname(file));
  bundle.exports[entry]();
  if (cachedData) return;
  setTimeout(() => {
    // Whole or not at all: others may read it, and we may be killed at any moment.
    const draft = `${cache}-${process.pid}`;
    writeFileSync(draft, script.createCachedData());
    renameSync(draft, cache);
  }, WARM_MS).unref();
};
