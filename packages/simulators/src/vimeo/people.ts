/*
 * The two sample people of the simulator. They are made up; nothing here is secret.
 */

/** One person with a Vimeo account. */
export interface SamplePerson {
  /** The tail of the uri. */
  readonly id: string
  /** The whole uri, `/users/{id}`: what names the account. */
  readonly uri: string
  /** Display name. */
  readonly name: string
  /** Address, shown only to tokens with the `email` scope. */
  readonly email: string
  /** Free text of the profile. */
  readonly location: string
  /** When the account was made, ISO 8601. */
  readonly createdTime: string
}

/** The two of them. */
export type SamplePeople = readonly [SamplePerson, SamplePerson]

/** The sample people, in the order in which the login page offers them. */
export const samplePeople: SamplePeople = [
  {
    id: '98765432',
    uri: '/users/98765432',
    name: 'Ada Example',
    email: 'ada@example.com',
    location: 'Lisbon',
    createdTime: '2019-02-11T09:30:00+00:00',
  },
  {
    id: '87654321',
    uri: '/users/87654321',
    name: 'Grace Sample',
    email: 'grace@example.com',
    location: 'Zürich',
    createdTime: '2021-06-03T16:05:00+00:00',
  },
]
