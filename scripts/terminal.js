// What the scripts show: one calm line for each step, with its seconds; a program's own output only when it fails.

import { spawn } from 'node:child_process';

const TICK_MS = 1000;
/** Without a terminal nothing can be redrawn, so a long step says now and then that it is still at it. */
const REMIND_MS = 30_000;
/** Some programs name the cause first and explain themselves after it, others the other way round. */
const EXCERPT_LINES = 20;

/** A fault that needs no stack trace: its message is one sentence for the person at the terminal. */
export class Fault extends Error {}

/** Runs a step and shows how long it took. */
export async function step(title, work) {
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1);
  const isTerminal = process.stdout.isTTY;
  const show = () => {
    const elapsed = `${title} … ${Math.floor(seconds())} s`;
    process.stdout.write(isTerminal ? `\r  ${elapsed}` : `  ${elapsed}\n`);
  };
  show();
  const timer = setInterval(show, isTerminal ? TICK_MS : REMIND_MS);
  try {
    const result = await work();
    process.stdout.write(`${isTerminal ? '\r' : ''}  ${title} (${seconds()} s)  \n`);
    return result;
  } catch (error) {
    if (isTerminal) process.stdout.write('\n');
    throw error;
  } finally {
    clearInterval(timer);
  }
}

export function say(line) {
  process.stdout.write(`  ${line}\n`);
}

/** Runs a program without showing its output; where it fails, throws a Fault that ends with what it said. */
export function runQuietly(program, programArguments, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => reject(new Fault(`${program} could not be run (${error.code}).`)));
    child.once('close', (code) => {
      if (code === 0) return resolve(output);
      reject(new Fault(`${[program, ...programArguments].join(' ')} failed:\n\n${excerpt(output)}\n`));
    });
  });
}

function excerpt(output) {
  const lines = output.trim().split('\n');
  if (lines.length <= 2 * EXCERPT_LINES) return lines.join('\n');
  return [...lines.slice(0, EXCERPT_LINES), '…', ...lines.slice(-EXCERPT_LINES)].join('\n');
}

/** Runs a program that shows itself, and resolves with its exit code. */
export function runOpenly(program, programArguments, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, { stdio: 'inherit', ...options });
    child.once('error', (error) => reject(new Fault(`${program} could not be run (${error.code}).`)));
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

/** The frame of every script: shows the help when asked, and a Fault as its sentence alone. */
export async function runScript(help, work) {
  const given = process.argv.slice(2);
  if (given.includes('--help') || given.includes('-h')) {
    console.log(help.trim());
    return;
  }
  try {
    await work(given);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
