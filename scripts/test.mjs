// `npm test`: types and style are checked while the tests start, and any of the three can fail it.
// What follows `--` goes to vitest. What the checks say is shown at the end, not between the tests.
import { spawn } from 'node:child_process';

// The compiler's collector would take a third of its time, to spare memory that it needs briefly.
const env = { GOGC: 'off', GOMEMLIMIT: '2GiB', ...process.env };

/** npm puts the programs of the project on the path. */
function run(command, args, stdio) {
  const child = spawn(command, args, { stdio, env, shell: process.platform === 'win32' });
  process.on('SIGTERM', () => child.kill());
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (piece) => {
      output += piece;
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ command, passed: false, output: `${error}\n` }));
    child.once('close', (code) => resolve({ command, passed: code === 0, output }));
  });
}

const apart = ['ignore', 'pipe', 'pipe'];
// Ctrl-C reaches them all; this waits until the tests have stopped what they started.
process.on('SIGINT', () => {});
const results = await Promise.all([
  run('vitest', ['run', ...process.argv.slice(2)], 'inherit'),
  run('tsc', ['--noEmit', '--singleThreaded'], apart),
  run('biome', ['check', '.'], apart),
]);
for (const { command, passed, output } of results) {
  process.stdout.write(`${output}${command} ${passed ? 'passed' : 'FAILED'}\n`);
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
