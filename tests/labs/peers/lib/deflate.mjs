/** Text that is worth compressing, and whose matches lie far apart. */
export const prose = length => {
  const records = Array.from({ length: length / 20 }, (_, i) => `{"id":${(i * 7919) % 1009},"name":"user ${i % 97}"},`)
  return records.join('').slice(0, length)
}
