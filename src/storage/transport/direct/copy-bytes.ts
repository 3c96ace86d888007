/**
 * Copies bytes into a target that has room for them. `set` and `copy` are not used, because they are many times slower
 * in memory that is shared with a thread: there they copy one word at a time.
 */
export function copyBytes(bytes: Uint8Array, target: Uint8Array, at: number): void {
  if (bytes.length > 0) createBufferOn(target).fill(bytes, at, at + bytes.length);
}

function createBufferOn(target: Uint8Array): Buffer {
  return Buffer.isBuffer(target) ? target : Buffer.from(target.buffer, target.byteOffset, target.byteLength);
}
