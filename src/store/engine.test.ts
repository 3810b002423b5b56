import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { batch, engineFor, FOREVER, HOUR, MINUTE, settle, snapshot } from '../../test/store/fixture.ts';
import { connect, type Connection } from './connection.ts';
import { type Engine, openEngine } from './engine.ts';
import { lock } from './lock.ts';
import { FORMAT_VERSION } from './schema.ts';

const START = Date.UTC(2026, 0, 1);
const folders: string[] = [];
const mounts: string[] = [];
const engines: Engine[] = [];

afterEach(() => {
  for (const engine of engines.splice(0)) engine.close();
  for (const mount of mounts.splice(0)) execFileSync('umount', [mount]);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'busbar-store-'));
  folders.push(made);
  return made;
}

function engineAt(path: string, more: Parameters<typeof engineFor>[0] = {}) {
  const made = engineFor({ path, ...more });
  engines.push(made.engine);
  return made;
}

function close(engine: Engine): void {
  engine.close();
  engines.splice(engines.indexOf(engine), 1);
}

const minutes = (count: number, from = START) =>
  Array.from({ length: count }, (_, index) =>
    snapshot(from + index * MINUTE, { voltage: 50 + index / 1000, energy: index }),
  );

describe('a lock', () => {
  it('names the holder, and ends with it', () => {
    const path = join(folder(), 'busbar.db');
    const unlock = lock(path);
    expect(() => engineFor({ path })).toThrow(
      `${path} is in use by another gateway (process ${process.pid} on `,
    );
    unlock();
    engineAt(path);
  });

  it('of a process that was killed is none', () => {
    const path = join(folder(), 'busbar.db');
    const program = `
      import { lock } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)};
      lock(${JSON.stringify(path)});
      process.kill(process.pid, 'SIGKILL');`;
    expect(() =>
      execFileSync(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'pipe' }),
    ).toThrow();
    expect(existsSync(`${path}.lock`)).toBe(true);
    engineAt(path);
  });
});

describe('a database', () => {
  it('of a newer version is refused and stays as it is', () => {
    const path = join(folder(), 'busbar.db');
    close(engineAt(path).engine);
    const connection = connect(path);
    connection.exec(`pragma user_version = ${FORMAT_VERSION + 1}`);
    connection.close();
    expect(() => engineFor({ path })).toThrow(
      `${path} has format version ${FORMAT_VERSION + 1}, and this busbar knows versions up to ${FORMAT_VERSION}`,
    );
    // The refused attempt has let go of the lock.
    lock(path)();
  });

  it('of another program is refused', () => {
    const path = join(folder(), 'other.db');
    const connection = connect(path);
    connection.exec('create table notes(text)');
    connection.close();
    expect(() => engineFor({ path })).toThrow(`${path} is a database of another program`);
  });

  it('that was closed well is as it was', () => {
    const path = join(folder(), 'deep', 'er', 'busbar.db');
    const { engine } = engineAt(path);
    engine.commit(batch(minutes(100), { memory: [['total', '12.5']], cursors: [['mqtt', 3]] }), 0, START);
    settle(engine, START + 100 * MINUTE);
    close(engine);
    expect(readdirSync(join(path, '..')).sort()).toEqual(['busbar.db', 'busbar.db.lock']);
    const again = engineAt(path).engine;
    again.verify(START);
    expect(again.newest()).toBe(100);
    expect(again.ask(({ journal }) => [journal.remembered('total'), journal.cursor('mqtt')])).toEqual([
      '12.5',
      3,
    ]);
    expect(again.status()).toMatchObject({
      entries: 100,
      oldest: START,
      newest: START + 99 * MINUTE,
      state: 'ok',
    });
  });
});

describe('a damaged database', () => {
  /** Writes over some pages in the middle of the file. */
  const damage = (path: string, from: number, bytes: number): void => {
    const file = openSync(path, 'r+');
    writeSync(
      file,
      Buffer.alloc(bytes, 0x5a),
      0,
      bytes,
      Math.floor((statSync(path).size * from) / 4096) * 4096,
    );
    closeSync(file);
  };

  const filled = () => {
    const path = join(folder(), 'busbar.db');
    const { engine } = engineAt(path);
    for (let part = 0; part < 10; part++) {
      const at = START + part * 1000 * MINUTE;
      engine.commit(
        batch(minutes(1000, at), { memory: [['total', '12.5']], cursors: [['mqtt', 17]] }),
        0,
        at,
      );
    }
    settle(engine, START + 20_000 * MINUTE);
    close(engine);
    // As after a loss of power: it was not closed.
    const connection = connect(path);
    connection.run("insert or replace into meta(name, value) values ('open', 1)");
    connection.exec('pragma wal_checkpoint(truncate)');
    connection.close();
    return path;
  };

  it('is moved aside with the date, saved as far as it can be read, and reported', () => {
    const path = filled();
    damage(path, 0.5, 3 * 4096);
    const { engine, reports } = engineAt(path);
    engine.verify(START);
    expect(readdirSync(join(path, '..'))).toContain('busbar.db.damaged-20260101T000000Z');
    expect(engine.check()).toEqual({ ok: true, problems: [] });
    const { entries } = engine.status();
    // Three pages of 4 KB out of hundreds are gone: at most some hundred entries of 10,000.
    expect(entries).toBeGreaterThan(9000);
    expect(reports).toMatchObject([
      { kind: 'gateway', severity: 'critical', subject: 'history.damaged', at: START },
    ]);
    expect(engine.ask(({ journal }) => journal.events({}))[0]?.event).toEqual(reports[0]);
    expect(engine.ask(({ journal }) => [journal.remembered('total'), journal.cursor('mqtt')])).toEqual([
      '12.5',
      17,
    ]);
    // What was saved is what was written, and history is made anew from it.
    for (const { sequence, ...entry } of engine.ask(({ journal }) =>
      journal.read(0, 20_000, { what: 'snapshot' }),
    )) {
      const [part, index] = [Math.floor((sequence - 1) / 1000), (sequence - 1) % 1000];
      expect(entry).toEqual({
        what: 'snapshot',
        snapshot: minutes(index + 1, START + part * 1000 * MINUTE).at(-1),
      });
    }
    settle(engine, START + 20_000 * MINUTE);
    const query = {
      series: [{ member: 'shunt', group: 'measured', path: 'voltage' }],
      from: 0,
      to: 2 * START,
    };
    const [history] = engine.ask(({ history: of }) => of.query({ ...query, level: 'hour' }, START));
    const counted = history?.points.reduce((sum, { count }) => sum + count, 0) ?? 0;
    expect(counted).toBeGreaterThanOrEqual(entries - 1);
  }, 60_000);

  it.each([
    ['whose first page is gone', (path: string) => damage(path, 0, 4096)],
    [
      'that is something else altogether',
      (path: string) => writeFileSync(path, 'not a database, but long enough to be read as one'.repeat(40)),
    ],
  ])('%s is moved aside, and a new one begun', (_, harm) => {
    const path = filled();
    harm(path);
    const { engine, reports } = engineAt(path);
    engine.verify(START);
    expect(reports.map(({ subject }) => subject)).toEqual(['history.damaged']);
    expect(readdirSync(join(path, '..')).filter((name) => name.includes('damaged'))).not.toEqual([]);
    expect(engine.commit(batch(minutes(1)), 0, START).sequences).toHaveLength(1);
    expect(engine.check().ok).toBe(true);
  });
});

describe('a full database', () => {
  it('takes nothing, says so, keeps what it has, and goes on when there is room', () => {
    const path = join(folder(), 'busbar.db');
    let connection: Connection | undefined;
    const { engine } = engineAt(path, { onConnect: (made) => (connection = made) });
    engine.commit(batch(minutes(1000)), 0, START);
    connection?.exec('pragma max_page_count = 40');
    expect(() => engine.commit(batch(minutes(5000, START + HOUR)), 0, START)).toThrow('is full');
    expect(engine.status()).toMatchObject({ state: 'full', entries: 1000 });
    expect(engine.ask(({ journal }) => journal.read(0, 5000))).toHaveLength(1000);
    connection?.exec('pragma max_page_count = 100000');
    // Numbers go on where they were: what failed was never given any.
    expect(engine.commit(batch(minutes(1, START + HOUR)), 7, START).sequences).toEqual([1002]);
    expect(engine.status()).toMatchObject({ state: 'ok', entries: 1002, lost: { count: 7, since: START } });
    expect(engine.check().ok).toBe(true);
  });
});

/** A small disk of its own; undefined where this user must not mount one. */
function smallDisk(megabytes: number): string | undefined {
  const mount = folder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', mount], { stdio: 'pipe' });
  } catch {
    return undefined;
  }
  mounts.push(mount);
  return mount;
}

describe('a disk', () => {
  it('that is full, then has room again', ({ skip }) => {
    const disk = smallDisk(8);
    if (disk === undefined) return skip('needs the right to mount');
    const path = join(disk, 'busbar.db');
    const { engine } = engineAt(path);
    engine.commit(batch(minutes(1000)), 0, START);
    const ballast = join(disk, 'ballast');
    try {
      writeFileSync(ballast, Buffer.alloc(16 * 1024 * 1024));
    } catch {
      // As much as there is room for.
    }
    expect(() => engine.commit(batch(minutes(20_000, START + HOUR)), 0, START)).toThrow('is full');
    expect(engine.status()).toMatchObject({ state: 'full', entries: 1000 });
    expect(engine.ask(({ journal }) => journal.read(0, 5000))).toHaveLength(1000);
    rmSync(ballast);
    engine.commit(batch(minutes(1000, START + HOUR)), 0, START);
    expect(engine.status()).toMatchObject({ state: 'ok', entries: 2000 });
    expect(engine.check().ok).toBe(true);
  });

  it('that is full from the start is no reason not to start', ({ skip }) => {
    const disk = smallDisk(1);
    if (disk === undefined) return skip('needs the right to mount');
    const ballast = join(disk, 'ballast');
    try {
      writeFileSync(ballast, Buffer.alloc(2 * 1024 * 1024));
    } catch {
      // As much as there is room for.
    }
    const engine = opened(join(disk, 'busbar.db'));
    expect(() => engine.commit(batch(minutes(10)), 0, START)).toThrow('is full');
    expect(engine.status()).toMatchObject({ state: 'full', entries: 0 });
    rmSync(ballast);
    expect(engine.commit(batch(minutes(10)), 0, START).newest).toBe(10);
  });

  it('that becomes read-only, then writable again', ({ skip }) => {
    const disk = smallDisk(8);
    if (disk === undefined) return skip('needs the right to mount');
    const path = join(disk, 'busbar.db');
    close(engineAt(path).engine);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const engine = opened(path);
    expect(() => engine.commit(batch(minutes(10)), 0, START)).toThrow('read-only');
    expect(engine.status().state).toBe('read_only');
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    expect(engine.commit(batch(minutes(10)), 0, START).newest).toBe(10);
    expect(engine.status().state).toBe('ok');
  });
});

/** An engine that nothing was written to yet. */
function opened(path: string): Engine {
  const engine = openEngine({ path, retention: FOREVER, timezone: 'UTC', report: () => undefined });
  engines.push(engine);
  return engine;
}
