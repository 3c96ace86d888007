/**
 * Copies bytes into a target that has room for them. `set` and `copy` are not used: in memory shared with a thread they
 * move one word at a time, which takes many times as long.
 */
export function copyBytes(bytes: Uint8Array, target: Uint8Array, at: number): void {
  if (bytes.length > 0) createBufferOn(target).fill(bytes, at, at + bytes.length);
}

function createBufferOn(target: Uint8Array): Buffer {
  return Buffer.isBuffer(target) ? target : Buffer.from(target.buffer, target.byteOffset, target.byteLength);
}
