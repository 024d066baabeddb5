// Compiles what is measured, as it is deployed, and runs it: a loader that translates on the fly
// wraps every inner function, which costs a tenth of the speed and more.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'node_modules', '.cache', 'bench');
const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
const compiler = join(dirname(manifest), 'bin', 'tsc');
const stdio = 'inherit';

rmSync(out, { recursive: true, force: true });
const project = join(root, 'bench', 'tsconfig.json');
// Types are the checker's affair, which `npm run typecheck` asks: what is written is the same.
const compile = [compiler, '-p', project, '--noCheck', '--outDir', out];
const compiled = spawnSync(process.execPath, compile, { stdio });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

const isAsset = (path) => statSync(path).isDirectory() || !['.ts', '.mjs'].includes(extname(path));
for (const folder of ['src', 'bench']) {
  cpSync(join(root, folder), join(out, folder), { recursive: true, filter: isAsset });
}
cpSync(join(root, 'package.json'), join(out, 'package.json'));

const cli = join(out, 'bench', 'cli.js');
// As `npm start` has it: most of what a command makes dies young. While accounts are still cold it
// doesn't, and V8 would conclude from that for ever after that it is to be made as old. And after
// each collection of all memory it would begin again with room for a sixteenth. A request goes
// through hundreds of small functions, of which more may become one.
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const asStarted = scripts.start.split(' ').filter((word) => word.startsWith('--'));
const flags = ['--enable-source-maps', ...asStarted];
const child = spawnSync(process.execPath, [...flags, cli, ...process.argv.slice(2)], { stdio });
process.exitCode = child.status ?? 1;
