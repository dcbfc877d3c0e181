/**
 * Each task has its own address, as under `awsvpc`, so that every task can listen on the same container port.
 * On Linux all of 127.0.0.0/8 is loopback. A sandbox claims a block 127.a.b.0/24 by listening on 127.a.b.1 at a fixed
 * port: a second sandbox is refused that block by the kernel, and the claim ends with the process, however it ends.
 * Where only 127.0.0.1 exists (macOS) tasks share it and each container port gets a free port of its own instead.
 */

import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

export interface TaskAddress {
  readonly ip: string;
  /** Where on `ip` the container's port is reached: the same number, except where all tasks share 127.0.0.1. */
  readonly portOf: (containerPort: number) => number;
  /** Gives the address back, to be used again as late as possible. */
  release(): void;
}

export interface Addresses {
  /** True when every task has an address of its own. */
  readonly distinct: boolean;
  acquire(containerPorts: readonly number[]): Promise<TaskAddress>;
  close(): void;
}

const CLAIM_PORT = 48_127;
const CLAIM_ATTEMPTS = 50;

export async function createAddresses(options: { distinct?: boolean } = {}): Promise<Addresses> {
  const first = options.distinct === false ? undefined : await claimBlock();
  return first ? ownAddresses(first) : sharedAddress();
}

interface Block {
  readonly prefix: string;
  readonly claim: Server;
}

/** Undefined when the machine has no address on loopback but 127.0.0.1. */
async function claimBlock(): Promise<Block | undefined> {
  for (let attempt = 0; attempt < CLAIM_ATTEMPTS; attempt++) {
    // 127.0.x and 127.255.x stay free: people and resolvers (127.0.0.53, 127.0.1.1) use them.
    const prefix = `127.${randomInt(1, 255)}.${randomInt(0, 256)}`;
    const claim = await listen(`${prefix}.1`, CLAIM_PORT);
    if (claim instanceof Error) {
      if (claim.code === 'EADDRINUSE') continue;
      return undefined;
    }
    return { prefix, claim };
  }
  throw new Error(
    `no free block of loopback addresses after ${CLAIM_ATTEMPTS} attempts: port ${CLAIM_PORT} is taken on all interfaces`,
  );
}

function ownAddresses(first: Block): Addresses {
  const blocks = [first];
  // The last one given back is the last one given out again: nobody still talks to its former task.
  const free = hosts(first.prefix);
  return {
    distinct: true,
    async acquire() {
      if (free.length === 0) {
        const block = await claimBlock();
        if (!block) throw new Error('no free loopback address');
        blocks.push(block);
        free.push(...hosts(block.prefix));
      }
      const ip = free.shift() as string;
      let released = false;
      return {
        ip,
        portOf: (containerPort) => containerPort,
        release() {
          if (!released) free.push(ip);
          released = true;
        },
      };
    },
    close() {
      for (const block of blocks) block.claim.close();
    },
  };
}

function hosts(prefix: string): string[] {
  return Array.from({ length: 253 }, (_, i) => `${prefix}.${i + 2}`);
}

function sharedAddress(): Addresses {
  const ip = '127.0.0.1';
  const taken = new Set<number>();
  return {
    distinct: false,
    async acquire(containerPorts) {
      const ports = new Map<number, number>();
      for (const containerPort of containerPorts) {
        const port = await freePort(ip, taken);
        taken.add(port);
        ports.set(containerPort, port);
      }
      return {
        ip,
        portOf: (containerPort) => ports.get(containerPort) ?? containerPort,
        release() {
          for (const port of ports.values()) taken.delete(port);
        },
      };
    },
    close() {},
  };
}

async function freePort(ip: string, taken: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const server = await listen(ip, 0);
    if (server instanceof Error) throw server;
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    if (address && typeof address === 'object' && !taken.has(address.port)) return address.port;
  }
}

function listen(host: string, port: number): Promise<Server | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}
