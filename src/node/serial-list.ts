import { constants } from 'node:fs';
import { access, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A serial port of this machine. */
export interface PortInfo {
  /** `/dev/ttyUSB0`, `COM4`. May name another adapter after the next boot. */
  readonly path: string;
  /** `/dev/serial/by-id/...`: stays with the adapter. Absent where it has no such name. */
  readonly byId?: string;
  /** USB vendor and product id, four hex digits each; absent for built-in ports. */
  readonly vendorId?: string;
  readonly productId?: string;
  /** What the adapter says of itself. */
  readonly manufacturer?: string;
  readonly product?: string;
  readonly serialNumber?: string;
  /** Group that owns the port; absent on Windows. */
  readonly group?: string;
  /** Whether this user may open it. */
  readonly allowed: boolean;
}

/** USB adapters, built-in UARTs of single-board computers, and PC ports. */
const PORT_NAMES = /^tty(USB|ACM|AMA|S|O|mxc|SC|THS|XRUSB)\d+$/;

/**
 * Lists the serial ports. On Linux it reads /sys and /dev itself, since the serialport package needs udevadm for
 * that, which containers lack; elsewhere it asks that package, and gives nothing where it is not installed.
 * @param root directory that holds `dev`, `sys` and `etc`; for tests
 */
export async function listPorts(root = '/'): Promise<PortInfo[]> {
  if (process.platform !== 'linux' && root === '/') return listBySerialport();
  const names = await readdir(join(root, 'sys/class/tty')).catch(() =>
    readdir(join(root, 'dev')).catch(() => []),
  );
  const byId = await stableNames(root);
  const ports = await Promise.all(
    names.filter((name) => PORT_NAMES.test(name)).map((name) => portInfo(root, name, byId)),
  );
  return ports
    .filter((port) => port !== undefined)
    .sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}

/** Name of a group, or its number where /etc/group does not know it. */
export async function groupName(gid: number, root = '/'): Promise<string> {
  const groups = await readFile(join(root, 'etc/group'), 'utf8').catch(() => '');
  const entry = groups.split('\n').find((written) => written.split(':')[2] === String(gid));
  return entry?.split(':')[0] ?? String(gid);
}

/** `ttyUSB0` -> its name under /dev/serial/by-id. */
async function stableNames(root: string): Promise<ReadonlyMap<string, string>> {
  const folder = join(root, 'dev/serial/by-id');
  const found = new Map<string, string>();
  for (const name of await readdir(folder).catch(() => [])) {
    const target = await realpath(join(folder, name)).catch(() => undefined);
    if (target !== undefined) found.set(basename(target), `/dev/serial/by-id/${name}`);
  }
  return found;
}

async function portInfo(
  root: string,
  name: string,
  byId: ReadonlyMap<string, string>,
): Promise<PortInfo | undefined> {
  const path = join(root, 'dev', name);
  const info = await stat(path).catch(() => undefined);
  if (info === undefined || !(await hasHardware(root, name))) return undefined;
  const stable = byId.get(name);
  return {
    path: `/dev/${name}`,
    ...(stable === undefined ? {} : { byId: stable }),
    ...(await usbIdentity(root, name)),
    group: await groupName(info.gid, root),
    allowed: await access(path, constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    ),
  };
}

/** The kernel makes up to 32 ttyS nodes whatever the machine has; `type` 0 says that no chip answered. */
async function hasHardware(root: string, name: string): Promise<boolean> {
  if (!name.startsWith('ttyS')) return true;
  const type = await readFile(join(root, 'sys/class/tty', name, 'type'), 'utf8').catch(() => '0');
  return type.trim() !== '0';
}

/** Climbs from the port to the USB device that carries it. */
async function usbIdentity(
  root: string,
  name: string,
): Promise<Pick<PortInfo, 'vendorId' | 'productId' | 'manufacturer' | 'product' | 'serialNumber'>> {
  let folder = await realpath(join(root, 'sys/class/tty', name, 'device')).catch(() => undefined);
  for (let level = 0; folder !== undefined && level < 6; level++, folder = dirname(folder)) {
    const here = folder;
    const read = async (file: string): Promise<string | undefined> => {
      const content = await readFile(join(here, file), 'utf8').catch(() => '');
      return content.trim() === '' ? undefined : content.trim();
    };
    const vendorId = await read('idVendor');
    if (vendorId === undefined) continue;
    const entries = {
      vendorId,
      productId: await read('idProduct'),
      manufacturer: await read('manufacturer'),
      product: await read('product'),
      serialNumber: await read('serial'),
    };
    return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
  }
  return {};
}

async function listBySerialport(): Promise<PortInfo[]> {
  try {
    const { SerialPort } = await import('serialport');
    const ports = await SerialPort.list();
    return ports.map(({ path, vendorId, productId, manufacturer, serialNumber }) => ({
      path,
      ...(vendorId === undefined ? {} : { vendorId }),
      ...(productId === undefined ? {} : { productId }),
      ...(manufacturer === undefined ? {} : { manufacturer }),
      ...(serialNumber === undefined ? {} : { serialNumber }),
      allowed: true, // Windows and macOS give ports to every user
    }));
  } catch {
    return []; // not installed, or it cannot list here: there is nothing better to ask
  }
}
