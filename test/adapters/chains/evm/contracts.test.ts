import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = new URL('../../../../', import.meta.url);

test('the committed bytecode is what the compiler makes of the committed contracts', () => {
  const script = fileURLToPath(new URL('scripts/compile-contracts.mjs', root));
  const printed = execFileSync(process.execPath, [script, '--print'], {
    encoding: 'utf8',
    maxBuffer: 10_000_000,
  });
  const compiled: Record<string, { bytecode: string }> = JSON.parse(printed);
  expect(Object.keys(compiled)).toEqual([
    'src/adapters/chains/evm/test-usdt.artifact.json',
    'test/adapters/chains/evm/false-token.artifact.json',
  ]);
  for (const [path, artifact] of Object.entries(compiled)) {
    expect(artifact.bytecode).toMatch(/^0x[0-9a-f]{500,}$/);
    expect(JSON.parse(readFileSync(new URL(path, root), 'utf8'))).toEqual(artifact);
  }
});
