import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NO_STREAM } from '../../../src/event-store.ts';
import { notLeader } from '../../support/eventstoredb-double/answers.ts';
import { EventStoreDbDouble } from '../../support/eventstoredb-double/double.ts';
import { openTcpGate } from '../../support/tcp-gate.ts';
import { append, appended, collect, freshStream, newEvents, streamIds } from './cases/given.ts';
import { openStage, type Stage, settles } from './eventstoredb-given.ts';

/*
 * Goal: no call outlives its time, and none needs a restart of ours once the server is back.
 * Method: the double is killed and started, or a gate in front of it passes nothing.
 */
let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const one = (stream: string, expected = NO_STREAM) =>
  append(stage.store, stream, expected, newEvents(1));

it('no server: StoreUnavailable for appends and reads, and all is well when it is back', async () => {
  const stream = freshStream();
  await appended(stage.store, stream, NO_STREAM, newEvents(1));
  stage.double.kill();
  // Once the loss was noticed nothing is sent any more, so nothing is in doubt.
  await sleep(50);
  expect(await one(freshStream())).toMatchObject({ error: { name: 'StoreUnavailable' } });
  const reading = collect(stage.store.readStream(stream));
  await expect(reading).rejects.toMatchObject({ name: 'StoreUnavailable' });
  await expect(stage.store.head()).rejects.toMatchObject({ name: 'StoreUnavailable' });
  await stage.double.listen();
  expect(await one(stream, 0)).toMatchObject({ ok: true, revision: 1 });
  expect(await streamIds(stage.store, stream)).toHaveLength(2);
});

it('a server that restarts under an append: it waits, and is written once', async () => {
  const stream = freshStream();
  await appended(stage.store, stream, NO_STREAM, newEvents(1));
  stage.double.kill();
  const pending = one(stream, 0);
  await stage.double.listen();
  expect(await pending).toMatchObject({ ok: true, revision: 1, repeated: false });
  expect(await streamIds(stage.store, stream)).toHaveLength(2);
});

it('black-holed TCP: an append is StoreUnavailable, for it was never sent; a read too', async () => {
  const sockets: Socket[] = [];
  const hole = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve));
  const { port } = hole.address() as { port: number };
  const opening = stage.open(`esdb://127.0.0.1:${port}?tls=false`, { patienceMs: 300 });
  await expect(settles(opening, 5_000)).rejects.toMatchObject({ name: 'StoreUnavailable' });
  for (const socket of sockets) socket.destroy();
  hole.close();
});

it('a frozen server: OutcomeUnknown for what was sent, reads give up, and a thaw mends all', async () => {
  const gate = await openTcpGate(stage.double.port);
  const store = await stage.open(`esdb://127.0.0.1:${gate.port}?tls=false`);
  const stream = freshStream();
  const events = newEvents(1);
  await appended(store, freshStream(), NO_STREAM, newEvents(1));
  gate.freeze();
  const pending = append(store, stream, NO_STREAM, events);
  const reading = settles(collect(store.readStream(stream)), 5_000).catch((error) => error);
  expect(await settles(pending, 5_000)).toMatchObject({ error: { name: 'OutcomeUnknown' } });
  expect(await reading).toMatchObject({ name: 'StoreUnavailable' });
  gate.thaw();
  expect(await append(store, stream, NO_STREAM, events)).toMatchObject({ ok: true, revision: 0 });
  expect(await streamIds(store, stream)).toHaveLength(1);
  await store.close();
  await gate.close();
});

it('a server that hears and is not heard: the append is written once, a new socket tells', async () => {
  const gate = await openTcpGate(stage.double.port);
  const store = await stage.open(`esdb://127.0.0.1:${gate.port}?tls=false`, { patienceMs: 3_000 });
  const stream = freshStream();
  await appended(store, stream, NO_STREAM, newEvents(1));
  gate.muffle();
  const pending = append(store, stream, 0, newEvents(1));
  await sleep(250);
  gate.thaw();
  expect(await pending).toMatchObject({ ok: true, revision: 1, repeated: false });
  expect(await streamIds(store, stream)).toHaveLength(2);
  await store.close();
  await gate.close();
});

it('appends and reads have a socket each: neither can hold up the other', async () => {
  const gate = await openTcpGate(stage.double.port);
  const store = await stage.open(`esdb://127.0.0.1:${gate.port}?tls=false`);
  await appended(store, freshStream(), NO_STREAM, newEvents(1));
  await collect(store.readAll());
  expect(gate.connections).toBe(2);
  await store.close();
  await gate.close();
});

it('a connection that breaks while nothing is under way is replaced unnoticed', async () => {
  const gate = await openTcpGate(stage.double.port);
  const store = await stage.open(`esdb://127.0.0.1:${gate.port}?tls=false`);
  const stream = freshStream();
  for (let revision = NO_STREAM; revision < 4; revision++) {
    const outcome = await append(store, stream, revision, newEvents(1));
    expect(outcome).toMatchObject({ ok: true, repeated: false });
    expect(await streamIds(store, stream)).toHaveLength(revision + 2);
    gate.cut();
  }
  await store.close();
  await gate.close();
});

it('a node that is not the leader: appends and reads go where it says, and stay there', async () => {
  const follower = await EventStoreDbDouble.start();
  const { port } = stage.double;
  follower.onAppend = ({ fail }) => fail(notLeader('127.0.0.1', port));
  follower.onRead = (call) => call.emit('error', notLeader('127.0.0.1', port));
  const store = await stage.open(follower.url);
  const stream = freshStream();
  await appended(store, stream, NO_STREAM, newEvents(1));
  await appended(store, stream, 0, newEvents(1));
  expect(await streamIds(store, stream)).toHaveLength(2);
  expect(stage.double.log.stream(stream)).toHaveLength(2);
  expect(follower.log.all).toHaveLength(0);
  expect(follower.reads).toBe(1);
  follower.kill();
});

for (const features of ['fail', 'hang'] as const) {
  it(`a features call that would ${features} is never made`, async () => {
    const double = await EventStoreDbDouble.start();
    double.onFeatures = features;
    const store = await stage.open(double.url);
    const outcome = await settles(append(store, freshStream(), NO_STREAM, newEvents(1)), 2_000);
    expect(outcome).toMatchObject({ ok: true });
    double.kill();
  });
}

it('closing ends what waits for a server that is away', async () => {
  stage.double.kill();
  const pending = one(freshStream());
  await stage.store.close();
  expect(await settles(pending, 1_000)).toMatchObject({ error: { name: 'StoreUnavailable' } });
});
