import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { VARIABLE_NAMES } from '../../src/config/variables.ts';
import { ConfigError, loadConfig } from '../../src/config.ts';
import {
  environmentOfImage,
  finalStage,
  isPinned,
  manifest,
  ROOT,
  readDockerfile,
  textOf,
} from './container-files.ts';

/** Goal: the image would build and run. Method: all that can be known of it without an engine. */
const instructions = readDockerfile();
const last = finalStage(instructions);
const only = (name: string) => last.filter((each) => each.name === name).map(({ rest }) => rest);
const ignored = textOf('.dockerignore').split('\n');

it('has only instructions that there are', () => {
  const known = 'FROM WORKDIR COPY RUN ENV USER EXPOSE STOPSIGNAL HEALTHCHECK CMD'.split(' ');
  expect(instructions.filter(({ name }) => !known.includes(name))).toEqual([]);
});

it('starts every stage from one pinned release of Node that the project admits', () => {
  const images = instructions.filter(({ name }) => name === 'FROM').map(({ rest }) => rest);
  const bases = images.map((image) => image.split(' ')[0] ?? '');
  expect(new Set(bases).size).toBe(1);
  expect(isPinned(bases[0] ?? '')).toBe(true);
  expect(bases[0]).toMatch(/^node:20\.19\.[0-9]+-bookworm-slim$/);
  expect(manifest.engines.node).toBe('>=20.19');
});

it('copies what is there, and what the builder may see', () => {
  const copies = instructions.filter(({ name }) => name === 'COPY').map(({ rest }) => rest);
  const sources = copies
    .filter((rest) => !rest.startsWith('--from='))
    .flatMap((rest) => rest.split(' ').slice(0, -1));
  expect(sources.length).toBeGreaterThan(5);
  for (const source of sources) {
    expect(existsSync(join(ROOT, source)), source).toBe(true);
    expect(ignored, source).toContain(`!${source}`);
  }
  expect(ignored).toContain('*');
  const stages = instructions.flatMap(({ rest }) => / AS (\w+)$/.exec(rest)?.[1] ?? []);
  const from = copies.flatMap((rest) => /^--from=(\w+)/.exec(rest)?.[1] ?? []);
  expect(from.filter((stage) => !stages.includes(stage))).toEqual([]);
});

it('runs scripts that are there, and no development dependency', () => {
  const runs = instructions.filter(({ name }) => name === 'RUN').map(({ rest }) => rest);
  for (const [, script = ''] of runs.join('\n').matchAll(/npm run (\S+)/g)) {
    expect(Object.keys(manifest.scripts)).toContain(script);
  }
  expect(runs.some((run) => /^npm ci .*--omit=dev/.test(run))).toBe(true);
  expect(only('RUN').join()).not.toContain('npm');
});

it('runs the service as nobody special, and is told to end by SIGTERM', () => {
  expect(only('USER')).toEqual(['node']);
  expect(only('STOPSIGNAL')).toEqual(['SIGTERM']);
  const words = JSON.parse(only('CMD')[0] ?? '') as string[];
  const isFlag = (word: string) => word.startsWith('--');
  expect(words.filter((word) => !isFlag(word))).toEqual([
    ...['node', manifest.bin.countinghouse, 'serve'],
  ]);
  expect(manifest.scripts.start).toBe(words.join(' '));
  expect(textOf('src/cli.ts')).toContain(".command('serve')");
});

it('sets variables that there are, and grants no secret of its own in production', () => {
  const env = environmentOfImage(last);
  const names: readonly string[] = VARIABLE_NAMES;
  expect(Object.keys(env).filter((name) => !names.includes(name))).toEqual([]);
  expect(env).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0' });
  expect(only('EXPOSE')).toEqual([env.PORT]);
  expect(() => loadConfig(env)).toThrow(ConfigError);
});

it('asks after its health with a script that tells well, ill and gone apart', async () => {
  const command = only('HEALTHCHECK')[0]?.split(' CMD ')[1] ?? '';
  const [program, ...args] = JSON.parse(command) as [string, ...string[]];
  expect(program).toBe('node');
  const codeAt = (port: number) =>
    promisify(execFile)(process.execPath, args, { env: { PORT: `${port}` } }).then(
      () => 0,
      ({ code }) => code,
    );
  let status = 200;
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/health' ? status : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await codeAt(port)).toBe(0);
  status = 500;
  expect(await codeAt(port)).toBe(1);
  await new Promise((resolve) => server.close(resolve));
  expect(await codeAt(port)).toBe(1);
});
