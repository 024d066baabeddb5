/**
 * Compiles contracts/*.sol and writes their artifacts; with --print, writes them to standard
 * output instead (the test compares that with what is committed).
 * An artifact is { abi, bytecode, compiler, sourceHash }: sourceHash is SHA-256 of the source.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import solc from 'solc';

const ARTIFACTS = {
  TestUSDT: 'src/adapters/chains/evm/test-usdt.artifact.json',
  FalseToken: 'test/adapters/chains/evm/false-token.artifact.json',
};

const SETTINGS = {
  evmVersion: 'paris', // without PUSH0, so that it runs on every EVM chain
  optimizer: { enabled: true, runs: 200 },
  metadata: { bytecodeHash: 'none', appendCBOR: false }, // nothing of this machine in the bytes
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
};

function compile(name) {
  const file = `${name}.sol`;
  const source = readFileSync(new URL(`../contracts/${file}`, import.meta.url), 'utf8');
  const input = {
    language: 'Solidity',
    sources: { [file]: { content: source } },
    settings: SETTINGS,
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const complaints = (output.errors ?? []).map((error) => error.formattedMessage);
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  const contract = output.contracts[file][name];
  return {
    abi: contract.abi,
    bytecode: `0x${contract.evm.bytecode.object}`,
    compiler: `solc ${solc.version()}`,
    sourceHash: createHash('sha256').update(source).digest('hex'),
  };
}

const artifacts = Object.keys(ARTIFACTS).map((name) => [ARTIFACTS[name], compile(name)]);
if (process.argv.includes('--print')) {
  process.stdout.write(JSON.stringify(Object.fromEntries(artifacts)));
} else {
  for (const [path, artifact] of artifacts) {
    const text = `${JSON.stringify(artifact, null, 2)}\n`;
    writeFileSync(new URL(`../${path}`, import.meta.url), text);
  }
}
