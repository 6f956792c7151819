/** What npm `ws` agreed to, in the words of the header; the library itself tells no more than the name. */
export const agreed = socket => Object.entries(socket._extensions ?? {}).map(([name, { params }]) => [
  name,
  ...Object.entries(params).map(([key, value]) => (value === true ? key : `${key}=${value}`)),
].join('; ')).join(', ')
