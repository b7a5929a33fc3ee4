/*
 * Who asks, from the connection and, behind a trusted proxy, from what that proxy says.
 */
import { createRequestId, type Random } from '../base/random.ts'
import type { Caller } from '../session/caller.ts'
import { addressBehind, toNetwork, unmapped, type TrustedProxies } from './trusted-proxies.ts'

/** What a proxy may call a request: short, and nothing that a log or a page would have to escape. */
const REQUEST_ID = /^[\w-]{8,64}$/

/**
 * Tells who asks.
 *
 * @param peer The address at the other end of the connection, where there is one.
 * @param trusts The operator's proxies. Where none is named nobody knows whether the peer is a person or a proxy.
 */
export function callerOf(
  headers: Headers,
  peer: string | undefined,
  trusts: TrustedProxies | undefined,
  random: Random,
): Caller {
  const isProxy = peer !== undefined && trusts?.(unmapped(peer)) === true
  const given = isProxy ? (headers.get('x-request-id') ?? '') : ''
  const requestId = REQUEST_ID.test(given) ? given : createRequestId(random)
  if (peer === undefined || trusts === undefined) return { network: undefined, requestId }
  const address = addressBehind(peer, headers.get('x-forwarded-for'), trusts)
  return { network: address === undefined ? undefined : toNetwork(address), requestId }
}
