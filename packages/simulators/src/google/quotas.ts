/*
 * Requests by the minute: each service account is one user, and its project has a quota of its own.
 */
import { errorInfo, GoogleError } from './api-error.ts'
import type { ServiceAccount } from './service-accounts.ts'
import type { GoogleWorld } from './world.ts'

const MINUTE = 60_000

/**
 * Counts a request.
 *
 * @throws `GoogleError` 429 where a quota of this minute is used up; the request does not count then.
 */
export function countRequest(
  world: GoogleWorld,
  account: ServiceAccount,
  kind: 'read' | 'write',
): void {
  const { switches, minutes } = world
  const minute = Math.floor(world.now() / MINUTE)
  const [perUser, perProject] =
    kind === 'read'
      ? [switches.readsPerUser, switches.readsPerProject]
      : [switches.writesPerUser, switches.writesPerProject]
  const quotas = [
    { key: `${kind} ${account.email}`, most: perUser, per: 'user' },
    { key: `${kind} ${account.projectId}`, most: perProject, per: 'project' },
  ]
  for (const { key, most, per } of quotas) {
    const known = minutes.get(key)
    const used = known?.minute === minute ? known.count : 0
    if (switches.quotas && used >= most) throw exceeded(account, kind, per)
  }
  for (const { key } of quotas) {
    const known = minutes.get(key)
    minutes.set(key, { minute, count: known?.minute === minute ? known.count + 1 : 1 })
  }
}

function exceeded(account: ServiceAccount, kind: 'read' | 'write', per: string): GoogleError {
  const [word, name] = kind === 'read' ? ['Read', 'read_requests'] : ['Write', 'write_requests']
  const { projectNumber } = account
  const limit = `${word}RequestsPerMinutePer${per === 'user' ? 'User' : 'Project'}`
  return new GoogleError(
    429,
    `Quota exceeded for quota metric '${word} requests' and limit '${word} requests per minute` +
      `${per === 'user' ? ' per user' : ''}' of service 'sheets.googleapis.com' for consumer 'project_number:${projectNumber}'.`,
    [
      errorInfo('RATE_LIMIT_EXCEEDED', {
        service: 'sheets.googleapis.com',
        consumer: `projects/${projectNumber}`,
        quota_metric: `sheets.googleapis.com/${name}`,
        quota_limit: limit,
      }),
    ],
  )
}
