import { describe, expect, it } from 'vitest';
import type { EventStore } from '../src/event-store.ts';
import { appendCases } from './adapters/event-store/cases/append.ts';
import { concurrencyCases } from './adapters/event-store/cases/concurrency.ts';
import { invalidAppendCases } from './adapters/event-store/cases/invalid-append.ts';
import { readCases } from './adapters/event-store/cases/read.ts';
import { subscribeCases } from './adapters/event-store/cases/subscribe.ts';

/** A log of one test's own, or a share in one: cases never assume that it is empty. */
export interface Log {
  readonly store: EventStore;
  /** Another way to the same log, as another process would have. The log closes it. */
  another(): Promise<EventStore>;
  close(): Promise<void>;
}

export interface ContractOptions {
  /** By title: why this adapter can't keep the case. A title that is no case fails the suite. */
  readonly skips?: Readonly<Record<string, string>>;
}

export type Case = (title: string, body: (log: Log) => Promise<void>) => void;

/** What every event store does alike: the port's promises, one case each. */
export function eventStoreContract(
  name: string,
  makeLog: () => Promise<Log>,
  { skips = {} }: ContractOptions = {},
): void {
  const titles = new Set<string>();
  const contractCase: Case = (title, body) => {
    titles.add(title);
    const reason = skips[title];
    if (reason) return it.skip(`${title} (skipped: ${reason})`, () => {});
    it(title, async () => {
      const log = await makeLog();
      try {
        await body(log);
      } finally {
        await log.close();
      }
    });
  };
  describe(`${name} keeps the contract of the event store`, () => {
    describe('append', () => appendCases(contractCase));
    describe('append refuses what no store could take', () => invalidAppendCases(contractCase));
    describe('read', () => readCases(contractCase));
    describe('subscribe', () => subscribeCases(contractCase));
    describe('many at once', () => concurrencyCases(contractCase));
    it('skips only what is there', () => {
      expect(Object.keys(skips).filter((title) => !titles.has(title))).toEqual([]);
    });
  });
}
