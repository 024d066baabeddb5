import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type messages from '@eventstore/db-client/generated/streams_pb.js';
import {
  status as codes,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type sendUnaryData,
} from '@grpc/grpc-js';
import {
  type BatchRequest,
  type BatchResponse,
  type CallFailure,
  callFailure,
  namedFailure,
  resultResponse,
  tooLarge,
} from './answers.ts';
import { DoubleLog, type Proposal } from './log.ts';
import { type ReadCall, serveRead } from './reads.ts';

type BatchCall = ServerDuplexStream<BatchRequest, BatchResponse>;

/** An append that has come in, and all that can become of it. */
export interface Arrival {
  readonly request: BatchRequest;
  readonly proposal: Proposal;
  /** Writes it, or finds it; the answer is not sent by that. */
  commit(): BatchResponse;
  answer(response: BatchResponse): void;
  /** Ends the call for all appends on it. */
  fail(failure: CallFailure): void;
  end(): void;
}

const LEADER = 8;
const MEMBER = '3f0c9a3e-9d7b-4d53-8b8d-0d6f0a9f1e12';
const APPEND_BYTES = 1_048_576;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SECOND_ANSWER_MS = 50;

/**
 * A DOUBLE of EventStoreDB: the same protocol by the client's own stubs, in this process, with all
 * its data in memory. It exists to fail on demand. That the real server does as it does is shown by
 * `npm run test:eventstoredb`, and nowhere else.
 */
export class EventStoreDbDouble {
  readonly log: DoubleLog;
  onAppend: (arrival: Arrival) => void = ({ commit, answer }) => answer(commit());
  /** True: it was dealt with. */
  onRead: (call: ReadCall) => boolean = () => false;
  /** Where it says that the leader is; its own port when 0. */
  leaderPort = 0;
  onFeatures: 'answer' | 'fail' | 'hang' = 'answer';
  liveReads = 0;
  batchCalls = 0;
  reads = 0;
  #server = new Server();
  port = 0;

  constructor(log = new DoubleLog()) {
    this.log = log;
  }

  static async start(log?: DoubleLog): Promise<EventStoreDbDouble> {
    const double = new EventStoreDbDouble(log);
    await double.listen();
    return double;
  }

  get url(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  /** On the port that it had before, if it had one. */
  async listen(): Promise<void> {
    this.#server = new Server({ 'grpc.max_concurrent_streams': 100 });
    this.#server.addService(streamsGrpc.StreamsService, {
      batchAppend: (call: BatchCall) => this.#batchAppend(call),
      read: (call: ReadCall) => this.#read(call),
    });
    this.#server.addService(featuresGrpc.ServerFeaturesService, {
      getSupportedMethods: (_: unknown, callback: sendUnaryData<unknown>) =>
        this.#features(callback),
    });
    this.#server.addService(gossipGrpc.GossipService, {
      read: (_: unknown, callback: sendUnaryData<unknown>) => callback(null, this.#members()),
    });
    const address = `127.0.0.1:${this.port}`;
    this.port = await new Promise<number>((resolve, reject) => {
      const insecure = ServerCredentials.createInsecure();
      this.#server.bindAsync(address, insecure, (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  }

  /** As a kill does: sockets break, and whatever was under way stays without an answer. */
  kill(): void {
    this.#server.forceShutdown();
    this.liveReads = 0;
  }

  #members() {
    const own = new gossip.EndPoint().setAddress('127.0.0.1');
    const leader = new gossip.MemberInfo().setState(LEADER).setIsAlive(true);
    leader.setHttpEndPoint(own.setPort(this.leaderPort || this.port));
    leader.setTimeStamp('0').setInstanceId(new shared.UUID().setString(MEMBER));
    const members = new gossip.ClusterInfo();
    members.addMembers(leader);
    return members;
  }

  #batchAppend(call: BatchCall): void {
    this.batchCalls++;
    call.on('error', () => {});
    call.on('end', () => call.end());
    call.on('data', (request: BatchRequest) => {
      const proposal = proposalOf(request);
      const refusal = refusalOf(request, proposal);
      if (refusal) {
        call.write(refusal);
        // The real one forgets that it has answered: its own time-out answers once more.
        setTimeout(() => call.write(namedFailure(request, 'Timeout')), SECOND_ANSWER_MS);
        return;
      }
      this.onAppend({
        request,
        proposal,
        commit: () => resultResponse(request, this.log.append(proposal)),
        answer: (response) => void call.write(response),
        fail: (failure) => void call.emit('error', failure),
        end: () => void call.end(),
      });
    });
  }

  #read(call: ReadCall): void {
    this.reads++;
    this.liveReads++;
    let isLive = true;
    const leave = () => {
      if (isLive) this.liveReads--;
      isLive = false;
    };
    call.on('cancelled', leave).on('finish', leave).on('error', leave);
    if (!this.onRead(call)) serveRead(this.log, call);
  }

  #features(callback: sendUnaryData<unknown>): void {
    if (this.onFeatures === 'hang') return;
    if (this.onFeatures === 'fail') {
      callback(callFailure(codes.INTERNAL, 'no features'));
      return;
    }
    const method = new features.SupportedMethod();
    method.setServiceName('event_store.client.streams.streams').setMethodName('batchappend');
    const methods = new features.SupportedMethods();
    methods.addMethods(method);
    callback(null, methods);
  }
}

function proposalOf(request: BatchRequest): Proposal {
  const options = request.getOptions();
  const name = options?.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array();
  const revision = options?.hasStreamPosition() ? Number(options.getStreamPosition()) : -1;
  return {
    stream: Buffer.from(name).toString(),
    expected: options?.hasAny() ? -2 : revision,
    events: request.getProposedMessagesList().map(toProposed),
  };
}

function toProposed(message: InstanceType<typeof messages.BatchAppendReq.ProposedMessage>) {
  const facts = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: facts.get('type') ?? '',
    contentType: facts.get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

function refusalOf(request: BatchRequest, { events }: Proposal): BatchResponse | undefined {
  if (events.some(({ id, type }) => !UUID.test(id) || type === '')) {
    return namedFailure(request, 'BadRequest');
  }
  let bytes = 0;
  for (const { type, data, metadata } of events) {
    bytes += 2 * type.length + data.length + metadata.length;
  }
  return bytes > APPEND_BYTES ? tooLarge(request, APPEND_BYTES) : undefined;
}
