/*
 * The scopes of Vimeo's API: what each gives, and which of those asked for and ticked are granted.
 */

/** Every scope known, with the sentence that the consent page shows for it. */
export const scopeMeanings: Readonly<Record<string, string>> = {
  public: 'See your public profile and public videos',
  private: 'See your private videos and account details',
  video_files: 'Get links to your video files, to play and download them',
  purchased: 'See what you have bought',
  purchase: 'Buy on your behalf',
  create: 'Create showcases, folders and channels',
  edit: 'Change your videos and showcases',
  delete: 'Delete your videos and showcases',
  interact: 'Like, follow and comment as you',
  upload: 'Upload videos for you',
  promo_codes: 'Manage promotions of your videos on demand',
  stats: 'See your statistics',
  email: 'See your e-mail address',
  ai: 'Use AI features on your videos',
  scim: 'Manage the members of your organisation',
}

/**
 * Splits a `scope` parameter at spaces. `public` is always part of the result and comes first.
 *
 * @param text The parameter, absent or empty for the server's default, `public private`.
 */
export function parseScope(text: string | undefined): readonly string[] {
  const asked = (text ?? '').split(' ').filter((scope) => scope !== '')
  return [...new Set(['public', ...(asked.length === 0 ? ['private'] : asked)])]
}

/** Finds the first scope that does not exist or that the app may not ask for. */
export function findUnusableScope(
  scope: readonly string[],
  unavailable: readonly string[],
): string | undefined {
  return scope.find((name) => !Object.hasOwn(scopeMeanings, name) || unavailable.includes(name))
}

/**
 * Tells which scopes a person grants: those ticked among those asked for. `public` cannot be refused, and
 * without `private` no other scope is given. `public` comes last: Vimeo was recorded to change the order.
 */
export function grantScope(asked: readonly string[], ticked: readonly string[]): readonly string[] {
  const chosen = asked.filter((scope) => scope !== 'public' && ticked.includes(scope))
  return chosen.includes('private') ? [...chosen, 'public'] : ['public']
}
