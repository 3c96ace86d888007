/**
 * Copies bytes to a place in a target with room for them. Not by `set` or `copy`: where memory is shared with a thread,
 * these move a word at a time, which takes many times as long.
 */
export function copyBytes(bytes: Uint8Array, target: Uint8Array, at: number): void {
  if (bytes.length > 0) bufferOn(target).fill(bytes, at, at + bytes.length);
}

function bufferOn(target: Uint8Array): Buffer {
  return Buffer.isBuffer(target) ? target : Buffer.from(target.buffer, target.byteOffset, target.byteLength);
}
