import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Compiled {
  /** Holds `src` and what of `test` runs as a process of its own, as JavaScript. */
  readonly directory: string;
  remove(): Promise<void>;
}

/**
 * Compiles once what tests start as processes of their own: dozens of them, and translating the
 * sources anew for each would take half the time of the whole run.
 */
export async function compileChildren(): Promise<Compiled> {
  const directory = await mkdtemp(join(tmpdir(), 'countinghouse-compiled-'));
  const require = createRequire(import.meta.url);
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  const project = join(ROOT, 'test', 'support', 'tsconfig.children.json');
  const isAsset = (path: string) => extname(path) !== '.ts';
  await Promise.all([
    promisify(execFile)(process.execPath, [compiler, '-p', project, '--outDir', directory]),
    cp(join(ROOT, 'src'), join(directory, 'src'), { recursive: true, filter: isAsset }),
    cp(join(ROOT, 'package.json'), join(directory, 'package.json')),
    symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'), 'junction'),
  ]);
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
