import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const manifestSchema = z.object({
  version: z.string(),
  bin: z.record(z.string(), z.string()),
  scripts: z.record(z.string(), z.string()),
  engines: z.object({ node: z.string() }),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

export const manifest = manifestSchema.parse(JSON.parse(textOf('package.json')));

const duration = z.string().regex(/^[0-9]+(ms|s|m)$/);

/** The part of the Compose specification that is used here, and nothing else: a typo is refused. */
const serviceSchema = z.strictObject({
  build: z.string().optional(),
  image: z.string(),
  profiles: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  user: z.string().optional(),
  networks: z.record(z.string(), z.strictObject({ ipv4_address: z.ipv4() })).optional(),
  ports: z.array(z.string()),
  volumes: z.array(z.string()),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.literal('service_healthy') }))
    .optional(),
  healthcheck: z
    .strictObject({
      test: z.array(z.string()).min(2),
      interval: duration,
      timeout: duration,
      retries: z.int(),
    })
    .optional(),
  restart: z.literal('unless-stopped'),
  stop_grace_period: duration,
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
});

const composeSchema = z.strictObject({
  name: z.string(),
  'x-kurrentdb-cluster': z.record(z.string(), z.string()),
  networks: z.record(
    z.string(),
    z.strictObject({
      ipam: z.strictObject({ config: z.array(z.strictObject({ subnet: z.cidrv4() })) }),
    }),
  ),
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.null()),
});

export const readCompose = () =>
  composeSchema.parse(parse(textOf('docker-compose.yml'), { merge: true }));

export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions of a Dockerfile, each on one line, without comments. */
export function readDockerfile(): Instruction[] {
  return textOf('Dockerfile')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
      return { name, rest };
    });
}

/** Those of the last stage: what the image is. */
export function finalStage(instructions: readonly Instruction[]): readonly Instruction[] {
  return instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
}

/** `NAME=value` of every ENV. */
export function environmentOfImage(stage: readonly Instruction[]): Record<string, string> {
  const words = stage.filter(({ name }) => name === 'ENV').flatMap(({ rest }) => rest.split(' '));
  return Object.fromEntries(words.map((word) => word.split('=', 2) as [string, string]));
}

/** A name and a tag that is one release: no `latest`, no bare major version. */
export const isPinned = (image: string) => /^[a-z0-9./-]+:v?[0-9]+\.[0-9]+(\.[0-9]+)?/.test(image);
