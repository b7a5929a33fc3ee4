import assert from 'node:assert/strict'
import { statfsSync } from 'node:fs'
import { test } from 'node:test'
import { endingDiskOf } from './lasting-disk.ts'

test('a disk that ends with its machine or container is named, any other is not', () => {
  const on = (type: number) => endingDiskOf('/data', () => type)
  assert.match(on(0x01_02_19_94) ?? '', /tmpfs/)
  assert.match(on(0x79_4c_76_30) ?? '', /overlay/)
  // ext4, xfs, btrfs, nfs, zfs.
  for (const type of [0xef_53, 0x58_46_53_42, 0x91_23_68_3e, 0x69_69, 0x2f_c1_2f_c1]) {
    assert.equal(on(type), undefined)
  }
})

test(
  'a folder is looked up where it lies',
  { skip: statfsSync('/dev').type === 0x01_02_19_94 ? false : 'this machine has no tmpfs at /dev' },
  () => {
    assert.match(endingDiskOf('/dev') ?? '', /tmpfs/)
  },
)
