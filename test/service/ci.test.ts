import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { manifest, ROOT, readCompose, textOf } from './container-files.ts';

/** Goal: what runs for us is what the README tells people to run. Method: both are read. */
const workflow = z
  .looseObject({
    jobs: z.record(
      z.string(),
      z.looseObject({
        services: z.record(z.string(), z.looseObject({ image: z.string() })).optional(),
        steps: z.array(
          z.looseObject({
            run: z.string().optional(),
            uses: z.string().optional(),
            env: z.record(z.string(), z.string()).optional(),
          }),
        ),
      }),
    ),
  })
  .parse(parse(textOf('.github/workflows/ci.yml')));
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
const runs = steps.flatMap(({ run }) => run ?? []);

it('.ci/run can be run, and ends with the test line of the README', () => {
  expect(statSync(join(ROOT, '.ci/run')).mode & 0o111).toBe(0o111);
  const lines = textOf('.ci/run').trim().split('\n');
  expect(lines[0]).toBe('#!/usr/bin/env bash');
  expect(lines.at(-1)).toBe('npm ci && npm test');
  expect(textOf('README.md')).toContain(`\`\`\`sh\n${lines.at(-1)}\n\`\`\``);
});

it('the workflow installs, tests, audits, builds and tells the demo, by scripts that there are', () => {
  expect(runs).toEqual(
    expect.arrayContaining([
      'npm ci',
      'npm test',
      'npm audit --omit=dev --audit-level=high',
      'npm run build',
      'npm run demo -- --once',
    ]),
  );
  const scripts = runs.flatMap((run) => /^npm run (\S+)/.exec(run)?.[1] ?? []);
  expect(scripts.filter((script) => !(script in manifest.scripts))).toEqual([]);
});

it('the workflow runs the event-store tests on the KurrentDB of the compose file', () => {
  const { services, steps: own = [] } = workflow.jobs.eventstoredb ?? {};
  expect(services?.kurrentdb?.image).toBe(readCompose().services.kurrentdb?.image);
  const step = own.find(({ run }) => run === 'npm run test:eventstoredb');
  expect(step?.env).toMatchObject({
    EVENT_STORE_TEST_URL: 'esdb://127.0.0.1:2113?tls=false',
    EVENT_STORE_TEST_KILL: 'docker kill kurrentdb',
    EVENT_STORE_TEST_START: 'docker start kurrentdb',
  });
});

it('the workflow uses actions of a stated version', () => {
  const actions = steps.flatMap(({ uses }) => uses ?? []);
  expect(actions.length).toBeGreaterThan(0);
  expect(actions.filter((uses) => !/@v[0-9]+(\.[0-9]+)*$|@[0-9a-f]{40}$/.test(uses))).toEqual([]);
});
