import { expect, it } from 'vitest';
import { UndecodableEvent } from '../../src/domain/events.ts';
import { LogEvent } from '../../src/projections/log-event.ts';

const PLACE = { id: 'e', stream: 's', revision: 0, position: '0000000000000001' };
const METADATA =
  '{"actor":{"id":"a","kind":"system"},"causationId":"c","commandId":"c","correlationId":"c",' +
  '"schemaVersion":1,"time":"2026-11-25T08:00:00.000Z"}';
const closed = (session: string) => JSON.stringify({ session });
const logged = (data: string, type = 'SessionClosed', metadata = METADATA) =>
  LogEvent.of({ ...PLACE, type, data, metadata });

it('of others in the same log, an event has no time and can be passed over', () => {
  const foreign = logged('{"any":1}', 'order-placed', '{}');
  expect([foreign.type, foreign.time]).toEqual(['order-placed', '']);
  expect(() => foreign.event).toThrow(UndecodableEvent);
});

it.each([
  ['is no JSON', '{'],
  ['is nothing', ''],
  ['is two values', '{},{}'],
])('many are decoded as each would be, also beside one that %s', (_, broken) => {
  const all = [logged(closed('one')), logged(broken), logged(closed('two'))];
  LogEvent.group(all);
  const [first, second, third] = all;
  expect(first?.event.data).toEqual({ session: 'one' });
  expect(() => second?.event).toThrow(UndecodableEvent);
  expect(third?.event.data).toEqual({ session: 'two' });
});
