import { nkeys } from '@nats-io/transport-node';

/** A server whose users are known by what an operator signed, and a user of it. */
export interface Signed {
  /** Lines of the server's configuration. */
  readonly lines: readonly string[];
  /** Content of a `.creds` file. */
  readonly creds: string;
}

type Pair = ReturnType<typeof nkeys.createUser>;

/** A token as nats-server reads it (ADR-14 of NATS): two parts as JSON, signed by an ed25519 key. */
function token(issuer: Pair, subject: Pair, name: string, nats: object, expires?: number): string {
  const part = (value: object | Uint8Array): string =>
    Buffer.from(value instanceof Uint8Array ? value : JSON.stringify(value)).toString('base64url');
  const claims = {
    jti: name,
    iat: Math.trunc(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name,
    nats: { version: 2, ...nats },
    ...(expires === undefined ? {} : { exp: expires }),
  };
  const text = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part(claims)}`;
  return `${text}.${part(issuer.sign(new TextEncoder().encode(text)))}`;
}

/** An operator, an account of it with JetStream, and a user of that; each time others. */
export function signed(): Signed & { readonly expired: string } {
  const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()];
  // JetStream wants an account of the system's own, which keeps nothing.
  const system = nkeys.createAccount();
  const any = { subs: -1, data: -1, payload: -1 };
  const limits = { ...any, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const keeping = { ...limits, mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const preload = [
    [account, token(operator, account, 'fleet', { type: 'account', limits: keeping })],
    [system, token(operator, system, 'system', { type: 'account', limits })],
  ] as const;
  const userToken = (expires?: number): string =>
    token(account, user, 'north-17', { type: 'user', ...any }, expires);
  const creds = (jwt: string): string =>
    [
      '-----BEGIN NATS USER JWT-----',
      jwt,
      '------END NATS USER JWT------',
      '',
      '-----BEGIN USER NKEY SEED-----',
      new TextDecoder().decode(user.getSeed()),
      '------END USER NKEY SEED------',
      '',
    ].join('\n');
  return {
    lines: [
      `operator: ${token(operator, operator, 'us', { type: 'operator' })}`,
      'resolver: MEMORY',
      `resolver_preload: { ${preload.map(([of, jwt]) => `${of.getPublicKey()}: ${jwt}`).join(', ')} }`,
      `system_account: ${system.getPublicKey()}`,
    ],
    creds: creds(userToken()),
    expired: creds(userToken(Math.trunc(Date.now() / 1000) - 60)),
  };
}
