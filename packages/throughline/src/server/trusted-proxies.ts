/*
 * Whose headers are believed about where a request comes from: the proxies that the operator names, and nobody else.
 *
 * Only `X-Forwarded-For` is read, and of it only what those proxies have written: they append, so its right end is
 * theirs. It decides nothing but whom a limit counts. No header changes an address, a cookie or a check: `PUBLIC_URL`
 * does.
 */
import { BlockList, isIP } from 'node:net'
import { ThroughlineError } from '../base/error.ts'

/** The name that stands for this machine in the list. */
const LOOPBACK = ['127.0.0.0/8', '::1/128']

/** Tells whether an address is a trusted proxy's. */
export type TrustedProxies = (address: string) => boolean

/**
 * Reads a list of addresses and networks: `loopback, 10.0.0.0/8, 2001:db8::7`.
 *
 * @returns Undefined where nobody is named.
 * @throws `server.bad-setting`
 */
export function readTrustedProxies(text: string | undefined): TrustedProxies | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const list = new BlockList()
  const words = text.split(',').map((word) => word.trim())
  for (const word of words.flatMap((one) => (one === 'loopback' ? LOOPBACK : [one]))) {
    addTo(list, word)
  }
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address))
}

function addTo(list: BlockList, word: string): void {
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(word) ?? []
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0
  const prefix = bits === undefined ? most : Number(bits)
  // Whoever trusts everybody believes whatever anybody writes.
  if (most === 0 || prefix < 1 || prefix > most) throw badProxy(word)
  list.addSubnet(address, prefix, familyOf(address))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}

function badProxy(word: string): ThroughlineError {
  return new ThroughlineError(
    'server.bad-setting',
    `TRUSTED_PROXIES names "${word}", expected addresses and networks of your own proxies with commas between them, ` +
      'such as loopback, 10.0.0.0/8 or 2001:db8::7. What is everybody (/0) cannot be trusted.',
    { attribution: 'operator' },
  )
}

/**
 * Finds the address of whoever asked the first trusted proxy: from the right the first that is no trusted proxy's.
 *
 * @param peer Who holds the connection.
 * @param forwarded `X-Forwarded-For`.
 * @returns The peer where it is not trusted; what a proxy has written that is no address counts as unknown.
 */
export function addressBehind(
  peer: string,
  forwarded: string | null,
  trusts: TrustedProxies,
): string | undefined {
  let address = unmapped(peer)
  const hops = (forwarded ?? '').split(',').map((hop) => unmapped(hop.trim()))
  while (trusts(address)) {
    const next = hops.pop()
    if (next === undefined || next === '') return address
    if (isIP(next) === 0) return undefined
    address = next
  }
  return address
}

/** An IPv4 address that is written as one of IPv6 is the same machine. */
export function unmapped(address: string): string {
  const [, ipv4 = ''] = /^::ffff:([\d.]+)$/i.exec(address) ?? []
  return isIP(ipv4) === 4 ? ipv4 : address
}

/**
 * What a limit counts as one: an IPv4 address, of IPv6 the 64 bits that a household or a machine is given.
 *
 * @see RFC 6177
 */
export function toNetwork(address: string): string {
  if (isIP(address) !== 6) return address
  // The URL parser writes all spellings of an address alike; a zone is of this machine.
  const [plain = ''] = address.split('%')
  const [head = '', tail = ''] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::')
  const front = head.split(':').filter(Boolean)
  const back = tail.split(':').filter(Boolean)
  const zeros = Array<string>(8 - front.length - back.length).fill('0')
  return `${[...front, ...zeros, ...back].slice(0, 4).join(':')}::/64`
}
