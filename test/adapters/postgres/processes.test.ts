import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, vi } from 'vitest';
import { freePort, spawnGuarded } from '../../../src/adapters/processes.ts';
import { startOwner } from '../../support/owner-process.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('a child is stopped by its signal, and stop may be called again', async () => {
  const child = spawnGuarded('/bin/sleep', ['600']);
  expect(isAlive(child.pid)).toBe(true);
  await Promise.all([child.stop(), child.stop()]);
  expect(await child.exited).toBe(null);
  expect(isAlive(child.pid)).toBe(false);
  await child.stop();
});

it('a child tells its output and its exit code', async () => {
  let output = '';
  const child = spawnGuarded('/bin/sh', ['-c', 'echo out; echo err >&2; exit 3'], {
    onOutput: (text) => {
      output += text;
    },
  });
  expect(await child.exited).toBe(3);
  await vi.waitFor(() => expect(output.split('\n').sort()).toEqual(['', 'err', 'out']));
});

it('a program that is not there is an error that names it', () => {
  expect(() => spawnGuarded('/nowhere/anvil', [])).toThrow('/nowhere/anvil');
});

it('a child is not in our process group: Ctrl-C reaches only us', async () => {
  let group = '';
  const child = spawnGuarded('/bin/sh', ['-c', 'ps -o pgid= -p $$'], {
    onOutput: (text) => {
      group += text;
    },
  });
  await child.exited;
  await vi.waitFor(() => expect(Number(group)).toBe(child.pid));
});

it('a child ends soon after its parent was killed outright', async () => {
  const parent = startOwner('sleep');
  const { pid } = await parent.owned;
  expect(isAlive(pid)).toBe(true);
  await parent.kill();
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5_000);
});

it('a free port is the preferred one, or another when that is busy', async () => {
  const preferred = await freePort();
  expect(await freePort(preferred)).toBe(preferred);
  const server = createServer().listen(preferred, '127.0.0.1');
  await once(server, 'listening');
  const other = await freePort(preferred);
  expect(other).not.toBe(preferred);
  expect(other).toBeGreaterThan(1_023);
  server.close();
});
