import type { RouteOptions } from 'fastify';
import type { Admission, Api } from './deps.ts';
import type { ProblemCode } from './problems.ts';

export interface RouteEntry {
  readonly method: string;
  /** With `:name` for a parameter. */
  readonly url: string;
  /** Undefined: closed. */
  readonly roles: Admission | undefined;
  readonly problems: readonly ProblemCode[];
  readonly hasBody: boolean;
}

/** It shows what a read model has now, which keeps nothing of what was. */
export const hasNoPast = (problems: readonly ProblemCode[]): boolean =>
  problems.includes('read-model-behind') && !problems.includes('time-not-settled');

/** Every route of the server, as registered: for documentation, for 405 and for tests. */
export class RouteTable {
  readonly #routes: RouteOptions[] = [];

  constructor(app: Api) {
    app.addHook('onRoute', (route) => {
      this.#routes.push(route);
    });
  }

  /** Read late: hooks of inner scopes may still set a route's admission. */
  entries(): RouteEntry[] {
    return this.#routes.flatMap(({ method, url, config, schema }) =>
      [method].flat().map((name) => ({
        method: name,
        url,
        roles: config?.roles,
        problems: config?.problems ?? [],
        hasBody: schema?.body !== undefined,
      })),
    );
  }

  /** The methods that an address takes; none when nothing is there. */
  methodsAt(path: string): string[] {
    const parts = path.split('/');
    const fitting = this.entries().filter(({ url }) => {
      const pattern = url.split('/');
      return (
        pattern.length === parts.length &&
        pattern.every((part, index) => part === parts[index] || isFilled(part, parts[index]))
      );
    });
    return [...new Set(fitting.map(({ method }) => method))];
  }
}

function isFilled(pattern: string, part: string | undefined): boolean {
  return pattern.startsWith(':') && part !== undefined && part !== '';
}
