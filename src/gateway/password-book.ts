import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { DeviceConfig } from '../config/index.ts';
import type { Catalog } from '../core/catalog.ts';
import type { PasswordMemory, PasswordPast } from '../core/device.ts';
import { faultOf } from '../core/fault.ts';
import type { Logger } from '../core/site/index.ts';
import type { Store } from '../store/index.ts';
import { takesPassword } from './line-devices.ts';

/**
 * Passwords that devices refused, kept over restarts and changes of the configuration: meters count wrong ones, and a
 * gateway that is started again and again must not send one each time.
 */
export interface PasswordBook {
  /**
   * What is known of the password of a device on a link; undefined for devices that have none. Another password, link or
   * address is none that was refused. Never rejects: what cannot be read was not refused.
   */
  readonly of: (link: string, device: DeviceConfig) => Promise<PasswordMemory | undefined>;
  /** The password of a device may be tried again. */
  readonly forget: (member: string) => void;
  /** Resolves when everything is handed to the store. */
  readonly close: () => Promise<void>;
}

/** What a book works with. */
export interface PasswordBookOptions {
  readonly catalog: Catalog;
  readonly memory: Store['memory'];
  readonly log: Logger;
}

/** What is kept of a member: the password itself never. */
interface Kept extends PasswordPast {
  /** Random, as base64. */
  readonly salt: string;
  /** `hashOf` of what was sent, and to whom. */
  readonly hash: string;
}

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Slow on purpose: passwords of meters have six or eight digits. */
const hashed = promisify<string, string, number, Buffer>(scrypt);

/** A book in the store of the gateway. */
export function passwordBook({ catalog, memory, log }: PasswordBookOptions): PasswordBook {
  /** Members of which something is kept: a password that is right is nothing to write down. */
  const kept = new Set<string>();
  /** One after the other, since hashing takes its time, and the last word counts. */
  let writing = Promise.resolve();

  const write = (member: string, text: () => Promise<string>): void => {
    writing = writing
      .then(async () => {
        const written = await text();
        // Nobody waits until it is on the disk, which may be full; until then the store gives it from its memory.
        memory.set(shelf(member), written).catch(complain);
      })
      .catch(complain);
  };
  const complain = (error: unknown): void =>
    log.warn(`a refused password could not be noted: ${faultOf(error, 'output').message}`);

  const forget = (member: string): void => {
    if (kept.delete(member)) write(member, () => Promise.resolve(''));
  };

  return {
    of: async (link, device) => {
      if (!takesPassword(device, catalog)) return undefined;
      const { name } = device;
      const sent = sentTo(link, device);
      await writing;
      const known = await memory
        .get(shelf(name))
        .then(keptIn)
        .catch((error: unknown) => {
          log.warn(
            `whether the password of ${name} was refused is not known: ${faultOf(error, 'output').message}`,
          );
          return undefined;
        });
      if (known !== undefined) kept.add(name);
      const isSame = known === undefined ? false : known.hash === (await hashOf(sent, known.salt));
      return {
        ...(isSame && known !== undefined ? { past: known } : {}),
        note: (past) => {
          if (past === undefined) {
            forget(name);
            return;
          }
          kept.add(name);
          write(name, async () => {
            const salt = randomBytes(SALT_BYTES).toString('base64');
            const entry: Kept = { ...past, salt, hash: await hashOf(sent, salt) };
            return JSON.stringify(entry);
          });
        },
      };
    },
    forget,
    close: () => writing,
  };
}

const shelf = (member: string): string => `password.${member}`;

/** All that decides which password is sent to which meter; the usual one differs by the kind of device. */
function sentTo(link: string, { device, address, access }: DeviceConfig): string {
  const { password, address: named } = access;
  return JSON.stringify([link, address ?? null, named ?? null, password ?? { of: device }]);
}

async function hashOf(sent: string, salt: string): Promise<string> {
  return (await hashed(sent, salt, HASH_BYTES)).toString('base64');
}

/** What is kept; undefined for nothing, and for what is not ours. */
function keptIn(text = ''): Kept | undefined {
  if (text === '') return undefined;
  const { salt, hash, refusals, wrong } = JSON.parse(text) as Partial<Record<keyof Kept, unknown>>; // looked at below
  if (typeof salt !== 'string' || typeof hash !== 'string' || typeof refusals !== 'number') return undefined;
  return { salt, hash, refusals, ...(typeof wrong === 'string' ? { wrong } : {}) };
}
