import { describe, expect, test } from 'vitest';
import { runProgram } from '../support/server-process.ts';

const commands = [
  'start',
  'migrate',
  'user',
  'user create',
  'user disable',
  'doctor',
  'watch',
  'secrets',
  'secrets rotate',
  'passwords',
  'passwords check-file',
];

describe('help', () => {
  test('lists every command, where settings come from and what the exit codes mean', async () => {
    const { exitCode, stdout, stderr } = await runProgram(['--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const command of ['start', 'migrate', 'user', 'doctor', 'watch'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(stdout).toContain('config/example.env');
    expect(stdout).toMatch(/Exit codes: 0 .*1 .*2 .*3 /);
  });

  test.each(commands)('%s --help describes it, and starts nothing', async (command) => {
    const { exitCode, stdout, stderr } = await runProgram([...command.split(' '), '--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`Usage: aquifer ${command}`);
    if (command.includes(' ') || !['user', 'secrets', 'passwords'].includes(command))
      expect(stdout).toContain('--json');
  });
});

describe('what is asked for wrongly ends with 2, and says what', () => {
  test.each([
    [['dance'], "unknown command 'dance'"],
    [['start', '--loud'], "unknown option '--loud'"],
    [['user', 'create'], "required option '--email <address>' not specified"],
    [['user', 'disable'], "missing required argument 'address'"],
    [['migrate', 'backwards'], 'too many arguments'],
    [['watch', 'postgres://x', '--port', 'eighty'], 'It must be a port'],
  ])('%s', async (words, sentence) => {
    const { exitCode, stdout, stderr } = await runProgram(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr).toContain('aquifer --help lists the commands');
  });

  test('settings that are wrong, all at once, as words or as JSON', async () => {
    const environment = { PORT: 'eighty', LOG_LEVEL: 'loud' };
    const spoken = await runProgram(['migrate'], { environment });
    expect(spoken).toMatchObject({ exitCode: 2, stdout: '' });
    expect(spoken.stderr).toMatch(/^2 settings are wrong:\n.*PORT.*\n.*LOG_LEVEL/);
    const told = await runProgram(['migrate', '--json'], { environment });
    expect(told).toMatchObject({ exitCode: 2, stderr: '' });
    expect(JSON.parse(told.stdout)).toMatchObject({ error: { code: 'invalid_configuration' } });
  });
});
