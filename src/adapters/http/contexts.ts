import type { FastifyRequest } from 'fastify';
import type { CommandContext } from '../../commands/engine.ts';
import type { GameContext } from '../../commands/game.ts';
import type { Answer } from '../../commands/house.ts';
import type { System } from '../../system.ts';
import { callerOf } from './deps.ts';
import { Problem } from './problems.ts';

/** Who asks, for the events that follow. */
export function gameContext(request: FastifyRequest): GameContext {
  const { keyId, role } = callerOf(request);
  if (role === 'monitor') throw new Error('a monitor gives no commands');
  return { actor: { kind: role, id: keyId }, correlationId: request.correlationId };
}

/** The same for commands without a business key: each request is a command of its own. */
export function commandContext(request: FastifyRequest, system: System): CommandContext {
  const commandId = system.uuid();
  return { commandId, causationId: commandId, ...gameContext(request) };
}

/** The value of an answer, or the domain's no as a problem. */
export function accepted<Value>(answer: Answer<Value>): Value {
  if (answer.ok) return answer.value;
  const { code, message, details } = answer.rejection;
  throw new Problem(code, message, details);
}
