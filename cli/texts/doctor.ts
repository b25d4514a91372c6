import type { Words } from './errors';

const ALLOW = 'Allow it, or set HTTPS_PROXY.';

/** What the doctor says of each thing that it looks at; where something is to be done, what. */
export const DOCTOR = {
  node: (version: string) => `${version}, with node:sqlite`,
  noSqlite: (version: string): Words => ({
    message: `${version} has no node:sqlite, in which the nodes keep messages`,
    next: 'The nodes need n8n on Node 24 (Node 22.13 at least). Update n8n or its container image.',
  }),

  proxyPassed: 'none for this address (by NO_PROXY, or one for http only): connections go straight',
  noProxy: 'none in the environment: connections go straight',
  proxy: (address: string) => `connections go through ${address}`,
  proxyUnusable: 'the environment names one that cannot be used',

  nameUnresolved: (host: string, code: string): Words => ({
    message: `${host} is not resolved (${code})`,
    next: 'Check the spelling of the address and the DNS settings. In Docker, check the DNS of the container ("dns:" in the compose file).',
  }),
  addresses: (host: string, addresses: string[]) => `${host} is ${addresses.join(', ')}`,
  fakeAddress: (message: string): Words => ({
    message: `${message}: an address that a local proxy tool (Clash, sing-box, Surge) gives out`,
    next: 'This works while that tool runs. If connections fail, exclude weixin.qq.com there (fake-ip-filter, direct).',
  }),
  blockedName: (message: string): Words => ({
    message: `${message}: an ad or tracking filter blocks it`,
    next: 'Allow this host in the filter (Pi-hole, AdGuard).',
  }),
  noName: 'the name is not resolved',

  connects: (where: string, ms: number) => `${where} takes connections (${ms} ms)`,
  noConnection: 'there is no connection',
  connectionSilent: (where: string): Words => ({
    message: `${where} does not answer`,
    next: `A firewall drops the connection. ${ALLOW}`,
  }),
  nothingListens:
    'Nothing listens there. Check the address and the port; if it is a proxy, start it. In a container, localhost is the container.',
  noRoute: 'This machine has no route there. Check its network, and IPv6 if the address above is one.',
  connectionEnded: `A firewall, or something on the way, ends the connection. ${ALLOW}`,

  trusted: (issuer: string, until: string) => `trusted, of ${issuer || 'an unnamed issuer'}, until ${until}`,
  noTls: {
    message: 'no TLS answer',
    next: 'Something on the way takes the connection and says nothing.',
  },
  intercepted: (code: string): Words => ({
    message: `not trusted (${code}): a proxy or virus scanner on the way shows a certificate of its own`,
    next: 'Exclude the host there, or give its root certificate to Node with NODE_EXTRA_CA_CERTS=/path/to/root.pem.',
  }),
  notValidNow: (code: string): Words => ({
    message: `not valid now (${code})`,
    next: 'Check the date and time of this machine.',
  }),
  otherHost: {
    message: 'for another host',
    next: 'Something on the way answers instead: a login page of the network, or a wrong address.',
  },
  tlsFailed: (code: string): Words => ({
    message: `TLS failed (${code})`,
    next: 'Something on the way breaks the encryption. Check proxy and firewall.',
  }),

  apiAnswers: 'iLink answers',
  notILink: {
    message: 'something answers, but not iLink',
    next: 'Check --api-base-url. A proxy, or a login page of the network, can also be what answered.',
  },
  noWayToIt: 'there is no way to it',
  noWayToApi: 'there is no way to the API',
  apiSilent: 'the API does not answer',

  tokenNotGiven: 'none was given (--file, or WECHAT_BOT_TOKEN)',
  noToken: 'none was given',
  tokenAccepted: 'WeChat accepts it',
  tokenAcceptedWith: (detail: string) => `WeChat accepts it (${detail})`,
  writeFirst: 'WeChat accepts it. Now write anything to the bot in WeChat: then it may send',
  tokenRefused: {
    message: 'WeChat no longer accepts it',
    next: 'It was revoked, or the account was connected somewhere else since. Log in again: n8n-nodes-wechat-ilink login.',
  },

  filesAnswer: (host: string, status: number) => `${host} answers (HTTP ${status})`,
  filesFail: 'Images and files cannot be sent or fetched. Try again later; check the proxy.',
  filesUnreachable: (host: string, reason: string | undefined): Words => ({
    message: `${host} cannot be reached (${reason ?? 'no answer in time'})`,
    next: 'Texts work, images and files do not. Allow this host in the firewall and in the proxy.',
  }),

  noTime: 'the server does not say what time it is',
  timeRight: 'right, to the minute',
  skewed: (seconds: number, isBehind: boolean): Words => ({
    message: `${seconds} s ${isBehind ? 'behind' : 'ahead of'} the server`,
    next: 'Set the clock of this machine by the network (NTP). The 24 hours of a conversation are reckoned with it.',
  }),

  store: (name: string, version: number, known: number) =>
    `${name}, its tables are of version ${version}${version < known ? `; n8n brings them to version ${known} when it starts` : ''}`,
  storeNewer: (name: string, version: number, known: number): Words => ({
    message: `${name}, its tables are of version ${version}, and this command knows up to ${known}`,
    next: 'A newer version of the package wrote them. Update the package wherever n8n runs, and this command.',
  }),
  database: (address: string, name: string) =>
    `PostgreSQL at ${address || 'its default address'}, database ${name || 'by default'}`,
  databaseUnnamed: 'PostgreSQL',
  databaseEmpty: (name: string): Words => ({
    message: `${name} answers, and has no tables of this package yet`,
    next: 'n8n makes them with its first workflow for WeChat. If it has some already, it uses another store: compare its environment with that of this command.',
  }),
  databaseClosed: (name: string, code: string): Words => ({
    message: `${name} cannot be read (${code})`,
    next: 'Check that it runs, its address, and user and password. Run this command where n8n runs, with the same environment.',
  }),
  noSuchStore: (code: string): Words => ({
    message: `the environment names a store that there is not (${code})`,
    next: 'Set WECHAT_ILINK_STORE to "n8n-database" where n8n itself uses PostgreSQL (DB_TYPE=postgresdb), set WECHAT_ILINK_DATABASE_URL, or leave both away.',
  }),
  queueModeWithFile: {
    message: 'n8n runs as several processes, and messages are kept in a file',
    next: 'Every process needs the same one: share the folder, on one machine. On several machines set WECHAT_ILINK_STORE=n8n-database, or WECHAT_ILINK_DATABASE_URL, for all of them.',
  },
  leader: ({ host, pid }: { host: string; pid: number }, bots: number) =>
    `process ${pid} on ${host}, for ${bots} ${bots === 1 ? 'bot' : 'bots'}`,
  nobodyPolls: 'no process polls right now',

  storeClosed: (path: string, code: string) => `${path} cannot be opened (${code})`,
  storeOld: 'the store is of an earlier version',
  allRead: (echoes: number) => `everything that came could be read${ownMessages(echoes)}`,
  notRead: (pieces: number, echoes: number, isShown: boolean): Words => ({
    message: `${pieces} pieces that came could not be read${ownMessages(echoes)}`,
    next: isShown
      ? 'Ask the senders to write again, and report this to the maintainers of this package.'
      : 'Show it with --show-unreadable: it holds what people wrote. Ask the senders to write again.',
  }),
  piece: ({ when, reason, size, times }: { when: string; reason: string; size: number; times: number }) =>
    `${when}: ${UNREADABLE[reason] ?? reason}, ${size} bytes${times > 1 ? `, ${times} times` : ''}`,

  broken: (checks: string[]) => `Something does not work: ${checks.join(', ')}.`,
  wayWorks: 'The way to WeChat works. No token was checked.',
  allWorks: 'Everything works.',
};

const UNREADABLE: Readonly<Record<string, string>> = {
  not_json: 'no JSON',
  too_deep: 'nested too deeply',
  too_large: 'too large',
  too_many: 'too many of what is no message',
};

function ownMessages(echoes: number): string {
  return echoes > 0 ? `; ${echoes} messages of the bot itself came back and started nothing` : '';
}
