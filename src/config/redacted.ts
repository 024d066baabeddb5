import type { Config } from '../config.ts';

const HIDDEN = '[hidden]';

/** The configuration as it may be logged. */
export function redacted(config: Config): Record<string, unknown> {
  const { evm, apiKeys, databaseUrl, eventStore } = config;
  return {
    ...config,
    eventStore: eventStoreHosts(eventStore),
    databaseUrl: databaseUrl === null ? null : hostOf(databaseUrl),
    evm: {
      ...evm,
      // Providers put their keys into the path or the query.
      rpcUrl: hostOf(evm.rpcUrl),
      // No secret, but it tells every address of every player.
      xpub: HIDDEN,
      hotWalletKey: evm.hotWalletKey === null ? null : HIDDEN,
    },
    apiKeys:
      apiKeys?.map(({ id, role, provider }) => ({ id, role, provider, secret: HIDDEN })) ?? null,
  };
}

function hostOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/${HIDDEN}`;
}

/** Several hosts are no URL; what stands before them may be a password, what follows a file. */
function eventStoreHosts(text: string): string {
  const [, scheme, hosts] = /^([a-z+]+:\/\/)(?:[^@]*@)?([^/?]*)/.exec(text) ?? [];
  return scheme === undefined ? text : `${scheme}${hosts}/${HIDDEN}`;
}
