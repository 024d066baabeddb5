import { readFileSync } from 'node:fs';
import { discoverEndpoint } from '@eventstore/db-client/dist/Client/discovery.js';
import grpcStreams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type ChannelCredentials, credentials, Metadata } from '@grpc/grpc-js';
import type { System } from '../../../system.ts';
import type { Address, Endpoint } from './address.ts';
import { NotConnected, troubleOf, wordsOf } from './errors.ts';
import type { Limits } from './limits.ts';
import { within } from './within.ts';

export type Streams = InstanceType<typeof grpcStreams.StreamsClient>;

/** A connection that was ready to send when it was handed out. */
export interface Connection {
  readonly streams: Streams;
  /** For each call: who we are, and that only the leader may answer. */
  readonly metadata: Metadata;
}

const NEVER_MS = 2 ** 31 - 1;
const CHANNEL_OPTIONS = {
  // Else all channels to a node share one socket: a stalled read would hold up the appends, and a
  // new client would be given the dead socket of the one that it replaces.
  'grpc.use_local_subchannel_pool': 1,
  // What is sent again, and when, is for the appender to say.
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.max_receive_message_length': 17 * 1024 * 1024,
} as const;

/**
 * One socket to the leader. Built on the client's own stubs, its parser and its discovery, but with
 * neither its connection handling (a failed discovery stays failed, the first call asks the server
 * for its features without a time limit) nor its table of appends, one for the whole process.
 */
export class Link {
  readonly #address: Address;
  readonly #system: System;
  readonly #limits: Limits;
  #opening: Promise<Connection> | undefined;
  #current: Connection | undefined;
  /** Where a node that is not the leader sent us; forgotten as soon as it fails. */
  #leader: Endpoint | undefined;
  #failed: Endpoint | undefined;
  #isClosed = false;

  constructor(address: Address, system: System, limits: Limits) {
    this.#address = address;
    this.#system = system;
    this.#limits = limits;
  }

  /** The connection, when there is one at this moment. */
  get current(): Connection | undefined {
    return this.#current;
  }

  /** Rejects with NotConnected: nothing was sent. */
  async connect(): Promise<Connection> {
    if (this.#isClosed) throw new NotConnected('the store is closed');
    if (this.#current) return this.#current;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** After a failure: its socket is ended, and the next call gets a new one. */
  drop(connection: Connection, error: unknown): void {
    if (this.#current !== connection) return;
    const trouble = troubleOf(error);
    this.#current = undefined;
    this.#leader = trouble.kind === 'not leader' ? trouble.leader : undefined;
    connection.streams.close();
  }

  close(): void {
    this.#isClosed = true;
    this.#current?.streams.close();
    this.#current = undefined;
  }

  async #open(): Promise<Connection> {
    const { connectMs } = this.#limits;
    const endpoint = await this.#endpoint();
    const target = `${endpoint.address}:${endpoint.port}`;
    const streams = new grpcStreams.StreamsClient(target, this.#credentials(), {
      ...CHANNEL_OPTIONS,
      'grpc.keepalive_time_ms': pingMs(this.#address.keepAliveInterval),
      'grpc.keepalive_timeout_ms': pingMs(this.#address.keepAliveTimeout),
    });
    const isReady = new Promise<void>((resolve, reject) => {
      streams.waitForReady(Number.POSITIVE_INFINITY, (error) =>
        error ? reject(error) : resolve(),
      );
    });
    try {
      await within(this.#system, connectMs, isReady, `${target} takes no connection`);
      if (this.#isClosed) throw new NotConnected('the store is closed');
    } catch (error) {
      streams.close();
      this.#leader = undefined;
      this.#failed = endpoint;
      throw notConnected(error);
    }
    this.#current = { streams, metadata: this.#metadata() };
    return this.#current;
  }

  /** The one that is named, or the leader that any of several names. */
  async #endpoint(): Promise<Endpoint> {
    const { hosts, dnsDiscover, nodePreference = 'leader', ...others } = this.#address;
    const [only] = hosts;
    if (this.#leader) return this.#leader;
    if (only && hosts.length === 1 && !dnsDiscover) return only;
    const { discoveryInterval = 100, maxDiscoverAttempts = 10, gossipTimeout = 2 } = others;
    const how = { nodePreference, discoveryInterval, maxDiscoverAttempts, gossipTimeout };
    const seeds = dnsDiscover && only ? { discover: only } : { endpoints: hosts };
    const found = discoverEndpoint({ ...seeds, ...how }, this.#credentials(), this.#failed);
    try {
      return await within(this.#system, this.#limits.connectMs, found, 'no node names the leader');
    } catch (error) {
      throw notConnected(error);
    }
  }

  #credentials(): ChannelCredentials {
    const { tls, tlsCAFile, userCertFile, userKeyFile } = this.#address;
    if (tls === false) return credentials.createInsecure();
    const read = (path: string | undefined) => (path ? readFileSync(path) : null);
    return credentials.createSsl(read(tlsCAFile), read(userKeyFile), read(userCertFile));
  }

  #metadata(): Metadata {
    const { tls, defaultCredentials, connectionName = 'countinghouse' } = this.#address;
    const metadata = new Metadata();
    metadata.set('connection-name', connectionName);
    metadata.set('requires-leader', 'true');
    // Never over a wire that anybody can read: a server without TLS asks for none.
    if (defaultCredentials && tls !== false) {
      const { username, password } = defaultCredentials;
      const basic = Buffer.from(`${username}:${password}`).toString('base64');
      metadata.set('authorization', `Basic ${basic}`);
    }
    return metadata;
  }
}

function pingMs(setting = 10_000): number {
  return setting < 0 ? NEVER_MS : setting;
}

function notConnected(error: unknown): NotConnected {
  if (error instanceof NotConnected) return error;
  const words = error instanceof Error ? wordsOf(error) : String(error);
  return new NotConnected(words, { cause: error });
}
