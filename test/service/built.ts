import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NEEDED = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts', 'src'];
const BUILD_TIMEOUT_MS = 120_000;

export interface Built {
  readonly directory: string;
  /** The command line's first words: `node …/dist/cli.js`. */
  readonly cli: readonly [string, string];
  remove(): Promise<void>;
}

/**
 * What `npm run build` makes, in a copy of its own: the build begins by emptying dist, and another
 * test, or whoever works here, may be running from that.
 */
export async function build(): Promise<Built> {
  const directory = await mkdtemp(join(tmpdir(), 'countinghouse-built-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    for (const name of NEEDED)
      await cp(join(ROOT, name), join(directory, name), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'), 'junction');
    // The same types are checked beside the tests, once.
    await promisify(execFile)('npm', ['run', 'build', '--', '--noCheck'], {
      cwd: directory,
      timeout: BUILD_TIMEOUT_MS,
    });
  } catch (error) {
    await remove();
    throw error;
  }
  return { directory, cli: [process.execPath, join(directory, 'dist', 'cli.js')], remove };
}
