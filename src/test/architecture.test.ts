/**
 * The map of the house, as a test: which room may import which, how long a file and a function may be, what a file must
 * not be called. docs/user-guide/contributing.md says why.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const features = [
  'accounts',
  'data',
  'activity',
  'analytics',
  'billing',
  'integrations',
  'monitor',
  'planner',
  'loadtest',
  'audit',
];
const base = ['foundation', 'database', 'http'];

/** What each room may import besides itself. */
const allowedRooms: Record<string, readonly string[]> = {
  foundation: [],
  database: ['foundation'],
  http: ['foundation'],
  ...Object.fromEntries(features.map((feature) => [feature, base])),
  client: [],
  console: ['client'],
  'app.ts': [...base, ...features],
  cli: ['app.ts', ...base, ...features],
  'main.ts': ['cli', 'app.ts', 'foundation'],
};

const bannedNames = /(^|[-.])(utils?|helpers?|common|misc|manager|shared)([-.]|$)/;
const MAX_FILE_LINES = 400;
const MAX_FUNCTION_LINES = 60;
const MAX_POSITIONAL_PARAMETERS = 4;

interface Import {
  target: string;
  typeOnly: boolean;
}

interface SourceFile {
  path: string;
  lines: number;
  imports: Import[];
  functions: { line: number; lines: number; parameters: number }[];
  text: string;
}

interface SyntaxNode {
  type: string;
  start: number;
  end: number;
  [member: string]: unknown;
}

const files = listFiles(join(root, 'src/main')).map(readSource);
const byPath = new Map(files.map((file) => [file.path, file]));

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|js)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const imports: Import[] = [];
  const functions: SourceFile['functions'] = [];
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
  visit(program as unknown as SyntaxNode, (node) => {
    const source = node.source as SyntaxNode | null | undefined;
    if (/^(Import|Export).*Declaration$|^ImportExpression$/.test(node.type) && typeof source?.value === 'string') {
      imports.push({ target: resolveImport(path, source.value), typeOnly: isTypeOnly(node) });
    }
    if (/^(Function|ArrowFunction)/.test(node.type) && node.body) {
      const lines = lineOf(node.end) - lineOf(node.start) + 1;
      functions.push({ line: lineOf(node.start), lines, parameters: (node.params as unknown[]).length });
    }
  });
  return { path, lines: text.trimEnd().split('\n').length, imports, functions, text };
}

function isTypeOnly(node: SyntaxNode): boolean {
  if (node.importKind === 'type' || node.exportKind === 'type') return true;
  const specifiers = (node.specifiers ?? []) as SyntaxNode[];
  return specifiers.length > 0 && specifiers.every((one) => one.importKind === 'type' || one.exportKind === 'type');
}

function visit(node: SyntaxNode, look: (node: SyntaxNode) => void): void {
  look(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child && typeof child === 'object' && typeof (child as SyntaxNode).type === 'string')
        visit(child as SyntaxNode, look);
    }
  }
}

/** A path from the root for an import of ours, the name as it is for a package's. */
function resolveImport(from: string, specifier: string): string {
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : specifier;
}

function roomOf(path: string): string {
  return path.replace(/^src\/main\//, '').split('/')[0] ?? '';
}

const isOurs = ({ target }: Import) => target.startsWith('src/main/');

describe('the map', () => {
  test('every room is on it', () => {
    const rooms = new Set(files.map((file) => roomOf(file.path)));
    expect([...rooms].filter((room) => !(room in allowedRooms))).toEqual([]);
  });

  test('imports go one way', () => {
    const wrong = files.flatMap((file) =>
      file.imports
        .filter(isOurs)
        .filter((one) => !mayImport(file, one))
        .map((one) => `${file.path} → ${one.target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('the HTTP layer does not know the driver, and the console no server', () => {
    const wrong = files.flatMap((file) => {
      const forbidden =
        roomOf(file.path) === 'http'
          ? /^pg(-|$)/
          : ['client', 'console'].includes(roomOf(file.path))
            ? /^(node:|pg|fastify)/
            : /^$/;
      return file.imports
        .filter(({ target }) => forbidden.test(target))
        .map(({ target }) => `${file.path} → ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  test('nothing imports in a circle', () => {
    expect(findCycle()).toEqual([]);
  });
});

function mayImport(file: SourceFile, one: Import): boolean {
  const from = roomOf(file.path);
  const to = roomOf(one.target);
  if (from === to) return true;
  if (from === 'client') return one.typeOnly && features.includes(to) && basename(one.target) === 'schema.ts';
  if (features.includes(from) && base.includes(to)) return to === 'foundation' || basename(one.target) === 'index.ts';
  return allowedRooms[from]?.includes(to) ?? false;
}

/** The first circle of imports that exist at run time, or nothing. */
function findCycle(): string[] {
  const done = new Set<string>();
  const walk = (path: string, trail: string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const one of byPath.get(path)?.imports ?? []) {
      const cycle = one.typeOnly ? [] : walk(one.target, [...trail, path]);
      if (cycle.length > 0) return cycle;
    }
    done.add(path);
    return [];
  };
  for (const { path } of files) {
    const cycle = walk(path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

describe('every file', () => {
  test(`has ${MAX_FILE_LINES} lines at most`, () => {
    expect(files.filter((file) => file.lines > MAX_FILE_LINES).map((file) => `${file.path}: ${file.lines}`)).toEqual(
      [],
    );
  });

  test(`has functions of ${MAX_FUNCTION_LINES} lines at most, with ${MAX_POSITIONAL_PARAMETERS} parameters at most`, () => {
    const wrong = files.flatMap((file) =>
      file.functions
        .filter(({ lines, parameters }) => lines > MAX_FUNCTION_LINES || parameters > MAX_POSITIONAL_PARAMETERS)
        .map(({ line, lines, parameters }) => `${file.path}:${line}: ${lines} lines, ${parameters} parameters`),
    );
    expect(wrong).toEqual([]);
  });

  test('is named for what it does, in kebab-case', () => {
    const wrong = files.filter(
      ({ path }) => bannedNames.test(basename(path)) || !/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(basename(path)),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('says in its first ten lines what it is', () => {
    const opening = (text: string) => text.split('\n').slice(0, 10).join('\n');
    expect(files.filter(({ text }) => !/^\s*(\/\*|\/\/)/m.test(opening(text))).map(({ path }) => path)).toEqual([]);
  });
});

describe('every statement', () => {
  const declaration = /(?:s|generatedS)tatement(?:<[\s\S]*?>)?\(\{\s*name: [`']([^`'$]+)/g;

  test('is named for its room', () => {
    const wrong = files.flatMap(({ path, text }) =>
      [...text.matchAll(declaration)]
        .map(([, name]) => name ?? '')
        .filter((name) => !name.startsWith(`${roomOf(path)}.`)),
    );
    expect(wrong).toEqual([]);
  });

  test('lists its columns', () => {
    expect(files.filter(({ text }) => /select\s+\*/i.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('every test', () => {
  test('stands where its source stands', () => {
    const tests = readdirSync(join(root, 'src/test'), { recursive: true })
      .map(String)
      .filter((path) => /\.test\.tsx?$/.test(path));
    // Other people's libraries on our pool stand for no source of ours.
    const free = /^(end-to-end|support|database\/libraries)\/|^architecture\.test\.ts$/;
    const wrong = tests.filter((path) => !free.test(path) && !hasSource(path));
    expect(wrong).toEqual([]);
  });
});

/** A test of a whole folder may be named for it: `database/embedded.test.ts`. Benchmarks with logic are beside `main`. */
function hasSource(path: string): boolean {
  const source = join(root, path.startsWith('bench/') ? 'src' : 'src/main', path.replace(/\.test\.tsx?$/, ''));
  return (
    ['.ts', '.tsx', '.js', '.sql', ''].some((ending) => existsSync(`${source}${ending}`)) ||
    (existsSync(dirname(source)) && basename(path).split('.').length > 3)
  );
}
