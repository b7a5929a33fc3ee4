/*
 * Writes a person down as Vimeo's API does.
 *
 * @see https://github.com/vimeo/openapi, api.yaml, schema `user`
 */
import type { AccessToken } from './grants.ts'
import type { SamplePerson } from './people.ts'
import { renderPictures, toResourceKey } from './representation.ts'
import type { VimeoWorld } from './world.ts'

/** Renders a whole user. What is private is there only for the person's own token. */
export function renderUser(
  person: SamplePerson,
  view: { readonly token: AccessToken; readonly world: VimeoWorld },
): Readonly<Record<string, unknown>> {
  const { token, world } = view
  const isOwn = token.person?.uri === person.uri
  const { byOwner, folders, showcases } = world.library
  const owned = ({ owner }: { readonly owner: SamplePerson }) => owner.uri === person.uri
  const videoCount = byOwner.get(person.uri)?.length ?? 0
  const portrait = `${world.origins.cdn}/portrait/${person.id}`
  const connection = (name: string, options: readonly string[], total: number) => ({
    uri: `${person.uri}/${name}`,
    options,
    total,
  })
  return {
    uri: person.uri,
    name: person.name,
    link: `https://vimeo.com/user${person.id}`,
    account: world.switches.plan,
    membership: { type: world.switches.plan, display: toDisplay(world.switches.plan) },
    created_time: person.createdTime,
    bio: null,
    short_bio: null,
    location: person.location,
    location_details: {},
    gender: '',
    available_for_hire: false,
    can_work_remotely: false,
    is_expert: false,
    has_invalid_email: false,
    clients: '',
    skills: [],
    websites: [],
    capabilities: {},
    content_filter: ['safe', 'unrated'],
    resource_key: toResourceKey(person.uri),
    pictures: renderPictures(person.uri, portrait, [
      [30, 30],
      [100, 100],
      [300, 300],
    ]),
    metadata: {
      connections: {
        videos: connection('videos', ['GET'], videoCount),
        folders: connection('folders', ['GET', 'POST'], folders.filter(owned).length),
        albums: connection('albums', ['GET'], [...showcases.keys()].filter(owned).length),
      },
      interactions: {},
    },
    ...(isOwn && token.scope.includes('email') && { email: person.email }),
    ...(isOwn && {
      preferences: {
        videos: {
          privacy: {
            view: 'anybody',
            download: true,
            embed: 'public',
            comments: 'anybody',
            add: true,
          },
          ...(world.switches.passwords && { password: world.leakedPassword }),
        },
      },
    }),
    ...(isOwn && token.scope.includes('upload') && { upload_quota: renderUploadQuota() }),
  }
}

function renderUploadQuota(): object {
  const space = { free: 900, max: 1000, used: 100, showing: 'lifetime', unit: 'video_size' }
  return { space, periodic: {}, lifetime: {} }
}

function toDisplay(plan: string): string {
  return plan.slice(0, 1).toUpperCase() + plan.slice(1)
}
