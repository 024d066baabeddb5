import {
  constants,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';

/**
 * anvil writes its state in place, so a `kill -9` or a power cut in the middle of a write leaves
 * half a file, which anvil then refuses to start from. Before each start the file is read: a whole
 * one is copied to `<file>.previous`; a torn one is set aside as `<file>.torn`, and the copy takes
 * its place, which loses what that run did to the chain.
 */
export function prepareStateFile(file: string): 'none' | 'whole' | 'restored' | 'lost' {
  if (!existsSync(file)) return 'none';
  const previous = `${file}.previous`;
  if (isWhole(file)) {
    copyFileSync(file, previous, constants.COPYFILE_FICLONE);
    return 'whole';
  }
  renameSync(file, `${file}.torn`);
  if (!existsSync(previous)) return 'lost';
  copyFileSync(previous, file, constants.COPYFILE_FICLONE);
  return 'restored';
}

/**
 * anvil makes a genesis of its own at each start and adds it to the blocks that it loads; which of
 * them is then block 0 is chance. Made at the same second, it is always the same one.
 */
export function genesisSecond(file: string, nowMs: number): number {
  const kept = `${file}.genesis`;
  if (existsSync(kept)) return Number.parseInt(readFileSync(kept, 'utf8'), 10);
  const second = Math.floor(nowMs / 1000);
  writeFileSync(kept, `${second}\n`);
  return second;
}

function isWhole(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, 'utf8'));
    return true;
  } catch {
    return false;
  }
}
