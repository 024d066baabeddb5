import { describe, expect, it } from 'vitest';
import { loadConfig, redacted } from '../../src/config.ts';

const load = (EVENT_STORE: string) => loadConfig({ EVENT_STORE });

describe('EVENT_STORE', () => {
  it.each([
    'postgres',
    'esdb://127.0.0.1:2113?tls=false',
    'esdb://ledger:s3cret@db.internal',
    'esdb+discover://ledger:s3cret@cluster.internal:2113',
    'esdb+discover://one.internal:2113,two.internal:2113,three.internal:2113?tlsCAFile=/etc/ca.crt',
    'kurrentdb://db.internal:2113/?tls=false',
    'kurrentdb+discover://ledger:s3cret@cluster.internal',
  ])('may be %s', (text) => {
    expect(load(text).eventStore).toBe(text);
  });

  it.each([
    'esdb://',
    'esdb:/db.internal',
    'esdb+dns://db.internal',
    'http://db.internal:2113',
    'esdb://db.internal:port',
    'esdb://ledger@db.internal',
    'esdb://db.internal/path',
    'memory',
  ])('must not be %s', (text) => {
    expect(() => load(text)).toThrow(/EVENT_STORE must be postgres, or/);
  });

  it.each(['hunter2:p', 'hunter2%40'])('its password is in no log: %s', (password) => {
    const url = `esdb://ledger:${password}@one.internal:2113,two.internal:2113?tlsCAFile=/x/y`;
    const text = JSON.stringify(redacted(load(url)));
    expect(text).not.toMatch(/hunter2|tlsCAFile/);
    expect(text).toContain('esdb://one.internal:2113,two.internal:2113/[hidden]');
  });

  it('a namespace has few characters, because it begins every name of a stream', () => {
    expect(loadConfig({ EVENT_STORE_NAMESPACE: 'staging-2' }).eventStoreNamespace).toBe(
      'staging-2',
    );
    expect(() => loadConfig({ EVENT_STORE_NAMESPACE: 'a/b' })).toThrow(/EVENT_STORE_NAMESPACE/);
  });
});
