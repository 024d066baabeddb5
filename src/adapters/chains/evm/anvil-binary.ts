import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
const FILE_NAME = process.platform === 'win32' ? 'anvil.exe' : 'anvil';

/**
 * The anvil executable: `ANVIL_BIN`, else the npm package's binary for this platform, else PATH.
 * Not the package's own `anvil`: that is a wrapper whose child survives it.
 * Throws Error saying how to install it.
 */
export function anvilBinary(environment: NodeJS.ProcessEnv = process.env): string {
  const configured = environment.ANVIL_BIN;
  if (configured) {
    if (isExecutable(configured)) return configured;
    throw new Error(`ANVIL_BIN names no executable file: ${configured}`);
  }
  const directories = (environment.PATH ?? '').split(delimiter).filter((path) => path !== '');
  const onPath = directories.map((directory) => join(directory, FILE_NAME));
  const found = [...packagedBinaries(), ...onPath].find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    'anvil is not installed: run `npm install --include=dev`, put anvil on the PATH, ' +
      'or set ANVIL_BIN to its executable',
  );
}

function packagedBinaries(): string[] {
  const architecture = ARCHITECTURES[process.arch] ?? process.arch;
  const platformPackage = `@foundry-rs/anvil-${process.platform}-${architecture}/package.json`;
  try {
    const here = createRequire(import.meta.url);
    // Seen from the main package, because npm may nest the platform's package below it.
    const there = createRequire(here.resolve('@foundry-rs/anvil/package.json'));
    return [join(dirname(there.resolve(platformPackage)), 'bin', FILE_NAME)];
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
