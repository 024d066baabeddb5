// Runs one entry of the bundle with what V8 compiled of it before, which is a third of a start.
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

/**
 * Best first: by the one a process has done a bit of all that it does. Many are killed before that,
 * so the other comes when it is hardly up.
 */
const WARM_MS = [1_500, 800, 400];

module.exports = (file, entry) => {
  // Each entry compiles other parts of it.
  const caches = WARM_MS.map((ms) => ({ ms, path: `${file}.${entry.replaceAll('/', '-')}.${ms}` }));
  const best = caches.find(({ path }) => existsSync(path));
  const cachedData = best && readFileSync(best.path);
  // esbuild writes nothing but ASCII, and as such it is read in no time.
  const source = readFileSync(file, 'latin1');
  const script = new Script(wrap(source), { filename: file, cachedData });
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, createRequire(file), bundle, file, dirname(file));
  bundle.exports[entry]();
  for (const { ms, path } of caches.slice(0, best && caches.indexOf(best))) {
    setTimeout(() => {
      if (existsSync(path)) return;
      // Whole or not at all: others may read it, and we may be killed at any moment.
      const draft = `${path}-${process.pid}`;
      writeFileSync(draft, script.createCachedData());
      renameSync(draft, path);
    }, ms).unref();
  }
};
