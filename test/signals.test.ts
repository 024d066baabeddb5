import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';

/** Says when it listens and when it was told, and takes a second to end. */
const PROGRAM = `
  import { untilTold } from ${JSON.stringify(new URL('../src/signals.ts', import.meta.url).href)};
  const underWay = setInterval(() => {}, 1_000);
  const told = untilTold();
  console.log('listens');
  console.log(await told);
  setTimeout(() => { console.log('finished'); clearInterval(underWay); }, 1_000);
`;

let child: ChildProcess;
let heard: string;
let ended: Promise<unknown[]>;

/** Up to the moment at which it was told for the first time. */
async function told(): Promise<void> {
  child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', PROGRAM]);
  ended = once(child, 'exit');
  heard = '';
  child.stdout?.on('data', (text) => {
    heard += text;
  });
  await expect.poll(() => heard, { timeout: 10_000 }).toContain('listens');
  child.kill('SIGINT');
  await expect.poll(() => heard).toContain('SIGINT');
}

afterEach(() => {
  child.kill('SIGKILL');
});

describe('a Ctrl-C', () => {
  it('that comes twice in a moment, by the terminal and by whoever runs us, is one', async () => {
    await told();
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(heard).toContain('finished');
  });

  it('pressed again ends the process at once', async () => {
    await told();
    await sleep(600);
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(heard).not.toContain('finished');
  });
});
