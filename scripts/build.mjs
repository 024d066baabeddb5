// Compiles src to dist and puts beside it what the compiler leaves out: SQL, JSON, HTML.
// What follows `--` goes to the compiler.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });

const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
const compiler = join(dirname(manifest), 'bin', 'tsc');
const compiled = spawnSync(
  process.execPath,
  [compiler, '-p', 'tsconfig.build.json', '--singleThreaded', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

const isAsset = (path) => statSync(path).isDirectory() || !['.ts', '.md'].includes(extname(path));
cpSync(join(root, 'src'), dist, { recursive: true, filter: isAsset });

const cli = join(dist, 'cli.js');
if (existsSync(cli)) chmodSync(cli, 0o755);
